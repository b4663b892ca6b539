using PhoneBridge.Media.Concealment;

namespace PhoneBridge.Media.Tests.Concealment;

[Trait("Req", "RTP12")]
public sealed class SpeechLossTests
{
    public static TheoryData<int, double, double> Lines()
    {
        TheoryData<int, double, double> lines = [];
        foreach (int rate in (int[])[8000, 16000, 48000])
        {
            foreach (double loss in rate == 8000 ? (double[])[0.05, 0.1] : [0.1])
            {
                lines.Add(rate, loss, 1);
                lines.Add(rate, loss, 2.5);
            }
        }

        return lines;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void Lost_speech_is_nearer_to_the_original_than_the_last_packet_again_or_silence(int rate, double loss, double burst)
    {
        Assert.SkipUnless(Speech.IsThere, "the recordings are not on this machine");
        short[] original = Speech.Read(rate);
        int frame = rate / 50;
        bool[] lost = LossPattern.Gilbert(original.Length / frame, loss, burst, seed: 17);
        PacketLossConcealment concealment = new(rate);
        short[] concealed = Render(original, lost, frame, (pcm, isLost, _) =>
        {
            if (isLost)
            {
                concealment.Conceal(pcm);
            }
            else
            {
                concealment.OnReceived(pcm);
            }
        });
        short[] repeated = Render(original, lost, frame, (pcm, isLost, before) =>
        {
            if (isLost)
            {
                before.CopyTo(pcm);
            }
        });
        short[] silent = Render(original, lost, frame, (pcm, isLost, _) =>
        {
            if (isLost)
            {
                pcm.Clear();
            }
        });

        // Of long losses the first 40 ms: then concealment is on its way to the silence that the appendix wants from 60 ms on.
        bool[] measured = [.. lost.Select((isLost, i) => isLost && (i < 2 || !lost[i - 1] || !lost[i - 2]))];
        SpeechDistance ours = SpeechDistance.Measure(original, concealed, measured, rate);
        SpeechDistance again = SpeechDistance.Measure(original, repeated, measured, rate);
        SpeechDistance nothing = SpeechDistance.Measure(original, silent, measured, rate);
        string figures = $"{rate} Hz, {loss:P0} in bursts of {burst}: concealed {ours}; last packet again {again}; silence {nothing}";
        TestContext.Current.SendDiagnosticMessage(figures);
        Assert.True(ours.SnrDb > again.SnrDb && ours.SnrDb > nothing.SnrDb && ours.SegmentalSnrDb > again.SegmentalSnrDb, figures);
        Assert.True(ours.LogSpectralDb < again.LogSpectralDb && ours.LogSpectralDb < nothing.LogSpectralDb, figures);
    }

    private delegate void RenderFrame(Span<short> pcm, bool isLost, ReadOnlySpan<short> before);

    private static short[] Render(short[] original, bool[] lost, int frame, RenderFrame render)
    {
        short[] heard = (short[])original.Clone();
        short[] before = new short[frame];
        for (int i = 0; i < lost.Length; i++)
        {
            Span<short> pcm = heard.AsSpan(i * frame, frame);
            render(pcm, lost[i], before);
            pcm.CopyTo(before);
        }

        return heard;
    }
}
