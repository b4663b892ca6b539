namespace PhoneBridge.Rooms;

/// <summary>The language in which a room speaks to its callers when they chose none themselves.</summary>
public enum RoomLanguage
{
    /// <summary>French.</summary>
    French,

    /// <summary>English.</summary>
    English,
}

/// <summary>What the owner of a room may set. Immutable; a change makes a new one.</summary>
public sealed record RoomSettings
{
    /// <summary>Smallest and largest <see cref="MaxParticipants"/>.</summary>
    public const int FewestParticipants = 2, MostParticipants = 2000;

    /// <summary>Shortest and longest <see cref="MaxDuration"/>.</summary>
    public static readonly TimeSpan ShortestDuration = TimeSpan.FromMinutes(1), LongestDuration = TimeSpan.FromHours(24);

    /// <summary>Shortest and longest <see cref="WaitingReminder"/>.</summary>
    public static readonly TimeSpan ShortestReminder = TimeSpan.FromSeconds(10), LongestReminder = TimeSpan.FromMinutes(5);

    /// <summary>Shortest and longest <see cref="MaxWait"/>.</summary>
    public static readonly TimeSpan ShortestWait = TimeSpan.FromMinutes(1), LongestWait = TimeSpan.FromHours(4);

    /// <summary>Language of the room; French unless set.</summary>
    public RoomLanguage Language { get; init; } = RoomLanguage.French;

    /// <summary>Participants come in with a closed microphone, which they may open by key. Moderators come in open.</summary>
    public bool MuteOnEntry { get; init; }

    /// <summary>Participants cannot open their microphones until a moderator lifts the lock. It never holds moderators.</summary>
    public bool MicsLocked { get; init; }

    /// <summary>Seats: people admitted at one time, moderators counted; 2 to 2000. Who waits takes none.</summary>
    public int MaxParticipants { get; init; } = 350;

    /// <summary>Longest run of one meeting, from its start; 1 min to 24 h.</summary>
    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromMinutes(280);

    /// <summary>The meeting starts only when a moderator comes in or it is started by the API. False: the first caller starts it.</summary>
    public bool RequireModerator { get; init; } = true;

    /// <summary>Time between two spoken reminders to a waiting caller; 10 s to 5 min.</summary>
    public TimeSpan WaitingReminder { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest wait of a caller before the polite end; 1 min to 4 h.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Every setting that is out of its range; empty when all are well.</summary>
    public IReadOnlyList<RoomProblem> Check()
    {
        List<RoomProblem> problems = [];
        if (!Enum.IsDefined(Language))
        {
            problems.Add(new RoomProblem(nameof(Language), "must be French or English"));
        }

        if (MaxParticipants is < FewestParticipants or > MostParticipants)
        {
            problems.Add(new RoomProblem(nameof(MaxParticipants), $"must be {FewestParticipants} to {MostParticipants}"));
        }

        CheckRange(nameof(MaxDuration), MaxDuration, ShortestDuration, LongestDuration);
        CheckRange(nameof(WaitingReminder), WaitingReminder, ShortestReminder, LongestReminder);
        CheckRange(nameof(MaxWait), MaxWait, ShortestWait, LongestWait);
        return problems;

        void CheckRange(string field, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                problems.Add(new RoomProblem(field, FormattableString.Invariant($"must be {least:c} to {most:c}")));
            }
        }
    }
}

/// <summary>One thing wrong with what was asked of a room.</summary>
/// <param name="Field">The property, by its C# name.</param>
/// <param name="Reason">What it must be, in English; never echoes the value.</param>
public sealed record RoomProblem(string Field, string Reason);
