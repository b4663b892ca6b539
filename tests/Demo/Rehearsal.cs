using PhoneBridge.Demo.Voices;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Baresip;

namespace PhoneBridge.Demo;

/// <summary>One caller with telephone and voice ready.</summary>
/// <param name="Caller">Who.</param>
/// <param name="Number">Number that the bridge sees.</param>
/// <param name="Phone">baresip.</param>
/// <param name="Lines">What is said, with the file that the phone plays for it.</param>
public sealed record Player(Caller Caller, string Number, BaresipPhone Phone, IReadOnlyList<(Pcm Sound, string File)> Lines);

/// <summary>Prepares the callers: voices into files, telephones started.</summary>
public static class Rehearsal
{
    // Files are followed by silence up to here: at the end of a file baresip would hang up.
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(5);

    /// <summary>Prepares every caller of the cast.</summary>
    public static async Task<IReadOnlyList<Player>> PrepareAsync(string folder, Action<string> report)
    {
        string silence = Path.Combine(folder, "silence.wav");
        WavFile.Write(silence, Signals.Silence(LongestCall));
        List<Player> players = [];
        foreach (Caller caller in Cast.All)
        {
            report($"{caller.Name} learns the lines");
            List<(Pcm Sound, string File)> lines = [];
            foreach (string line in caller.Lines)
            {
                Pcm sound = await SpeechSynthesis.SpeakAsync(caller, line, folder);
                string file = Path.Combine(folder, $"{caller.Name}-{lines.Count + 1}.wav");
                WavFile.Write(file, Signals.Join(sound, Signals.Silence(LongestCall)));
                lines.Add((sound, file));
            }

            string number = $"+336990001{players.Count + 1:00}"; // numbers for fiction (ARCEP)
            BaresipPhone phone = await BaresipPhone.StartAsync(new BaresipOptions
            {
                Name = caller.Name,
                User = number,
                Folder = Path.Combine(folder, caller.Name),
                SourceWav = silence,
            });
            players.Add(new Player(caller, number, phone, lines));
        }

        return players;
    }
}
