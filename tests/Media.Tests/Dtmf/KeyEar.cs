using PhoneBridge.Media.Dtmf;

namespace PhoneBridge.Media.Tests.Dtmf;

/// <summary>What the detector made of a piece of sound.</summary>
internal sealed class KeyEar
{
    public string Keys { get; private set; } = "";

    public List<double> HeardAtMs { get; } = [];

    public int FramesSilenced { get; private set; }

    public int Frames { get; private set; }

    /// <summary>What the others hear.</summary>
    public required short[] Passed { get; init; }

    public static KeyEar Listen(short[] pcm, int rate = 8000)
    {
        InbandKeyDetector detector = new(rate);
        KeyEar ear = new() { Passed = [.. pcm] };
        int frame = rate / 50;
        for (int at = 0; at + frame <= pcm.Length; at += frame)
        {
            if (detector.OnFrame(ear.Passed.AsSpan(at, frame), TimeSpan.FromMilliseconds(20 * ear.Frames), out char key))
            {
                ear.Keys += key;
                ear.HeardAtMs.Add(20 * (ear.Frames + 1));
            }

            ear.Frames++;
            ear.FramesSilenced += detector.IsSilenced ? 1 : 0;
        }

        return ear;
    }

    /// <summary>How much of a piece the others hear [ms].</summary>
    public double AudibleMs(double fromMs, double lengthMs, int rate = 8000)
    {
        int start = (int)(fromMs * rate / 1000);
        int count = (int)(lengthMs * rate / 1000);

        // A tone crosses zero: a sample counts when it or a neighbour is heard.
        int heard = 0;
        for (int i = start; i < start + count; i++)
        {
            heard += Passed[i] != 0 || Passed[i - 1] != 0 || Passed[i + 1] != 0 ? 1 : 0;
        }

        return heard * 1000.0 / rate;
    }
}
