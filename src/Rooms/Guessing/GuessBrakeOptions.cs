namespace PhoneBridge.Rooms.Guessing;

/// <summary>The budgets of wrong PINs.</summary>
public sealed record GuessBrakeOptions
{
    /// <summary>How long the answer to the first, second … wrong PIN of one call is held back; as many as a call has tries.</summary>
    public IReadOnlyList<TimeSpan> Delays { get; init; } =
        [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)];

    /// <summary>Wrong PINs from one number in an hour; the last of them begins the quarantine.</summary>
    public int CallerPerHour { get; init; } = 9;

    /// <summary>How long a number is not listened to after that.</summary>
    public TimeSpan Quarantine { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Wrong PINs per minute from all callers together that hide their number, over all trunks.</summary>
    public int AnonymousPerMinute { get; init; } = 30;

    /// <summary>Wrong PINs per minute through one trunk.</summary>
    public int TrunkPerMinute { get; init; } = 60;

    /// <summary>More wrong PINs per minute than this over everything raise the alarm …</summary>
    public int AlarmPerMinute { get; init; } = 120;

    /// <summary>… if they are also more than this share of the right ones: many callers at nine o'clock mistype honestly.</summary>
    public double AlarmShareOfRight { get; init; } = 0.2;

    /// <summary>How long a number that keyed a right PIN counts as known.</summary>
    public TimeSpan KnownFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Most numbers remembered at one time (about 300 bytes each); the longest untouched are forgotten first.</summary>
    public int MaxCallers { get; init; } = 50_000;

    /// <summary>Most trunks counted apart; further ones share one budget.</summary>
    public int MaxTrunks { get; init; } = 256;
}
