namespace PhoneBridge.Rooms.Meetings;

/// <summary>What holds for every meeting on this bridge, whatever its room says.</summary>
public sealed record MeetingRules
{
    /// <summary>How long a meeting lives on when the last one has gone, or when none came to wait any more.</summary>
    public TimeSpan EmptyGrace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a meeting that the API started waits for the first one to come.</summary>
    public TimeSpan StartedEmptyGrace { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a removed caller's number is refused. Removing is not banning.</summary>
    public TimeSpan RemovedRest { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Most callers that wait at one time; more are refused.</summary>
    public int MaxWaiting { get; init; } = 500;

    /// <summary>Longest label [UTF-16 units].</summary>
    public int MaxLabelLength { get; init; } = 80;

    /// <summary>Time left at which all are warned of the longest duration, longest first.</summary>
    public IReadOnlyList<TimeSpan> DurationWarnings { get; init; } = [TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(2)];
}
