using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Api.Rooms;

/// <summary>What a request may set of a room. A field that is left out, or null, keeps its value (a new room's default).</summary>
public sealed record RoomFields
{
    /// <summary>Name for people, 1 to 200 characters; a new room needs one.</summary>
    public string? Title { get; init; }

    /// <summary>Language of callers who chose none: <c>fr</c> or <c>en</c>.</summary>
    public string? Language { get; init; }

    /// <summary>Participants come in with a closed microphone.</summary>
    public bool? MuteOnEntry { get; init; }

    /// <summary>Participants cannot open their microphones until the lock is lifted.</summary>
    public bool? MicsLocked { get; init; }

    /// <summary>The meeting starts only when a moderator comes in or it is started by the API.</summary>
    public bool? RequireModerator { get; init; }

    /// <summary>Seats, 2 to 2000.</summary>
    public int? MaxParticipants { get; init; }

    /// <summary>Longest meeting, 1 to 1440 [min].</summary>
    public int? MaxDurationMinutes { get; init; }

    /// <summary>Time between two reminders to a waiting caller, 10 to 300 [s].</summary>
    public int? WaitingReminderSeconds { get; init; }

    /// <summary>Longest wait of a caller, 1 to 240 [min].</summary>
    public int? MaxWaitMinutes { get; init; }

    /// <summary>The code of a language in the API.</summary>
    internal static string LanguageCode(RoomLanguage language) => language == RoomLanguage.English ? "en" : "fr";

    /// <summary>The settings with what is set here put over them. An unknown language is left for <see cref="Problems"/> to find.</summary>
    internal RoomSettings Over(RoomSettings settings) => settings with
    {
        Language = Language switch
        {
            "fr" => RoomLanguage.French,
            "en" => RoomLanguage.English,
            null => settings.Language,
            _ => (RoomLanguage)(-1), // no language: the check of the settings names it with the others
        },
        MuteOnEntry = MuteOnEntry ?? settings.MuteOnEntry,
        MicsLocked = MicsLocked ?? settings.MicsLocked,
        RequireModerator = RequireModerator ?? settings.RequireModerator,
        MaxParticipants = MaxParticipants ?? settings.MaxParticipants,
        MaxDuration = MaxDurationMinutes is { } duration ? TimeSpan.FromMinutes(duration) : settings.MaxDuration,
        WaitingReminder = WaitingReminderSeconds is { } reminder ? TimeSpan.FromSeconds(reminder) : settings.WaitingReminder,
        MaxWait = MaxWaitMinutes is { } wait ? TimeSpan.FromMinutes(wait) : settings.MaxWait,
    };

    /// <summary>Problems of a room by the names of these fields.</summary>
    internal static Dictionary<string, string[]> Problems(IReadOnlyList<RoomProblem> problems) => problems
        .GroupBy(FieldOf)
        .ToDictionary(g => g.Key, g => g.Select(ReasonOf).ToArray());

    private static string FieldOf(RoomProblem problem) => problem.Field switch
    {
        nameof(RoomSettings.MaxDuration) => "maxDurationMinutes",
        nameof(RoomSettings.WaitingReminder) => "waitingReminderSeconds",
        nameof(RoomSettings.MaxWait) => "maxWaitMinutes",
        _ => char.ToLowerInvariant(problem.Field[0]) + problem.Field[1..],
    };

    // The same ranges in the units of the API.
    private static string ReasonOf(RoomProblem problem) => problem.Field switch
    {
        nameof(RoomSettings.Language) => "must be fr or en",
        nameof(RoomSettings.MaxDuration) => Range(RoomSettings.ShortestDuration.TotalMinutes, RoomSettings.LongestDuration.TotalMinutes),
        nameof(RoomSettings.WaitingReminder) => Range(RoomSettings.ShortestReminder.TotalSeconds, RoomSettings.LongestReminder.TotalSeconds),
        nameof(RoomSettings.MaxWait) => Range(RoomSettings.ShortestWait.TotalMinutes, RoomSettings.LongestWait.TotalMinutes),
        _ => problem.Reason,
    };

    private static string Range(double least, double most) => FormattableString.Invariant($"must be {least} to {most}");
}
