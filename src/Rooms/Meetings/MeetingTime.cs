namespace PhoneBridge.Rooms.Meetings;

/// <summary>One moment, on both clocks.</summary>
/// <param name="Monotonic">Never goes back, starts anywhere: all rules count on this one.</param>
/// <param name="Wall">For records only; may jump.</param>
public readonly record struct MeetingTime(TimeSpan Monotonic, DateTimeOffset Wall);

/// <summary>When something happened in a meeting.</summary>
/// <param name="Elapsed">Since the meeting was opened; never goes back.</param>
/// <param name="Wall">Wall time, for records.</param>
public readonly record struct MeetingInstant(TimeSpan Elapsed, DateTimeOffset Wall);
