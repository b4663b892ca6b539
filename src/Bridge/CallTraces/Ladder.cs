using System.Diagnostics;
using System.Globalization;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>A ladder's lines in the order of time: messages, marks, and where messages are missing.</summary>
internal static class Ladder
{
    /// <summary>A line: one of the three is there.</summary>
    /// <param name="AfterMs">Since the first message [ms].</param>
    /// <param name="Number">Number of the message, from 1.</param>
    /// <param name="Message">A message.</param>
    /// <param name="Mark">A mark.</param>
    /// <param name="Missing">So many messages are missing here.</param>
    public readonly record struct Line(double AfterMs, int Number, TracedMessage? Message, CallMark? Mark, long Missing);

    /// <summary>All lines.</summary>
    public static IEnumerable<Line> Lines(CallLadder ladder)
    {
        Queue<CallMark> marks = new(ladder.Marks);
        for (int i = 0; i < ladder.Messages.Count; i++)
        {
            TracedMessage message = ladder.Messages[i];
            while (marks.TryPeek(out CallMark? mark) && mark.Moment.Timestamp < message.Moment.Timestamp)
            {
                yield return Of(ladder, marks.Dequeue());
            }

            if (i == ladder.GapAt && ladder.MessagesDropped > 0)
            {
                yield return new Line(AfterMs(ladder, message.Moment), 0, null, null, ladder.MessagesDropped);
            }

            yield return new Line(AfterMs(ladder, message.Moment), i + 1, message, null, 0);
        }

        if (ladder.GapAt >= ladder.Messages.Count && ladder.MessagesDropped > 0)
        {
            yield return new Line(ladder.Messages is [.., var last] ? AfterMs(ladder, last.Moment) : 0, 0, null, null, ladder.MessagesDropped);
        }

        foreach (CallMark mark in marks)
        {
            yield return Of(ladder, mark);
        }
    }

    /// <summary>From the first message to a moment [ms].</summary>
    public static double AfterMs(CallLadder ladder, Moment moment) => ladder.Messages is [var first, ..]
        ? Math.Round((moment.Timestamp - first.Moment.Timestamp) * 1000.0 / Stopwatch.Frequency, 1)
        : 0;

    /// <summary>A word of ours in the API's form.</summary>
    public static string Word(string word) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(word);

    /// <summary>A time of the wall clock, UTC.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static Line Of(CallLadder ladder, CallMark mark) => new(AfterMs(ladder, mark.Moment), 0, null, mark, 0);
}
