using System.Runtime.CompilerServices;
using PhoneBridge.Media.Streams;

namespace PhoneBridge.Mixer.Legs;

/// <summary>The last ten seconds of a line, second by second: what share was lost and what share was made up.</summary>
internal struct RecentLine
{
    private const int Length = 10;

    private Seconds _seconds;
    private InboundAudioStatistics _before;
    private int _next;

    /// <summary>Share of packets that never came or came too late, 0 to 1.</summary>
    public double Loss { get; private set; }

    /// <summary>Share of frames of speech that were made up, 0 to 1.</summary>
    public double Concealed { get; private set; }

    /// <summary>Takes the counts once a second.</summary>
    public void OnSecond(in InboundAudioStatistics now)
    {
        _seconds[_next] = new Second(
            Expected: Grown(now.PacketsExpected, _before.PacketsExpected),
            Lost: Grown(now.PacketsLost - now.PacketsRecovered + now.PacketsLate, _before.PacketsLost - _before.PacketsRecovered + _before.PacketsLate),
            Speech: Grown(now.FramesOfSpeech, _before.FramesOfSpeech),
            MadeUp: Grown(now.FramesConcealed, _before.FramesConcealed));
        _next = (_next + 1) % Length;
        _before = now;

        int expected = 0, lost = 0, speech = 0, madeUp = 0;
        foreach (Second second in (ReadOnlySpan<Second>)_seconds)
        {
            expected += second.Expected;
            lost += second.Lost;
            speech += second.Speech;
            madeUp += second.MadeUp;
        }

        Loss = expected == 0 ? 0 : Math.Min(1, (double)lost / expected);
        Concealed = speech == 0 ? 0 : Math.Min(1, (double)madeUp / speech);
    }

    private static ushort Grown(long now, long before) => (ushort)Math.Clamp(now - before, 0, ushort.MaxValue);

    private readonly record struct Second(ushort Expected, ushort Lost, ushort Speech, ushort MadeUp);

    [InlineArray(Length)]
    private struct Seconds
    {
        private Second _first;
    }
}
