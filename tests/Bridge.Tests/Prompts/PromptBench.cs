using Microsoft.Extensions.Logging.Abstractions;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Ivr.Speech;

namespace PhoneBridge.Bridge.Tests.Prompts;

/// <summary>A renderer with real recordings and the real engine, unless a test puts something else there; files in a folder of its own.</summary>
internal sealed class PromptBench : IDisposable
{
    private const string Sounds = "/usr/share/asterisk/sounds";

    public PromptBench(Func<Task<ISpeechEngine>>? findEngine = null, string voices = Sounds, TimeProvider? time = null)
    {
        Health = new HealthBoard(TimeProvider.System, NullLogger<HealthBoard>.Instance);
        Voices = new RecordedVoices(voices);
        Speech = new SpeechSource(findEngine ?? FindEspeakAsync, Folder, Health, time ?? TimeProvider.System);
        Renderer = new PromptRenderer(Voices, Speech);
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"prompts-{Guid.NewGuid():N}");

    public HealthBoard Health { get; }

    public RecordedVoices Voices { get; }

    public SpeechSource Speech { get; }

    public PromptRenderer Renderer { get; }

    public HealthEntry StateOf(OutsideThing thing) => Health.Read().Single(entry => entry.Thing == thing);

    public static async Task<ISpeechEngine> FindEspeakAsync() =>
        await EspeakSpeechEngine.FindAsync(new EspeakOptions { Timeout = TimeSpan.FromSeconds(20) }, TimeProvider.System, CancellationToken.None);

    public static async Task<ISpeechEngine> FindNoneAsync() =>
        await EspeakSpeechEngine.FindAsync(new EspeakOptions { Program = "no-such-speech-engine" }, TimeProvider.System, CancellationToken.None);

    public static Utterance Say(IvrLanguage language, PromptId id, int? number = null, string? text = null) =>
        new(language, [new Sentence(id) { Number = number, Text = text }]);

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}

/// <summary>One renderer with the real voices for all tests of a class.</summary>
public sealed class RealVoices : IDisposable
{
    internal PromptBench Bench { get; } = new();

    public void Dispose() => Bench.Dispose();
}

/// <summary>An engine under the test's control: counts what it is asked and answers as told.</summary>
internal sealed class ScriptedEngine(Func<SpeechRequest, CancellationToken, Task<SpeechResult>> answer) : ISpeechEngine
{
    private int _asked;

    public int Asked => _asked;

    public string? Version { get; set; } = "scripted 1";

    public static SpeechResult Tone { get; } = new(
        SpeechOutcome.Spoken, Enumerable.Range(0, 16000).Select(i => (short)(8000 * Math.Sin(i * 0.3))).ToArray(), 16000);

    public static ScriptedEngine Good() => new((_, _) => Task.FromResult(Tone));

    public Task<SpeechResult> SynthesizeAsync(SpeechRequest request, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _asked);
        return answer(request, cancellation);
    }

    public Task<ISpeechEngine> FoundAsync() => Task.FromResult<ISpeechEngine>(this);
}
