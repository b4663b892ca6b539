using PhoneBridge.Bridge.Health;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>Renders every fixed sentence in the background after the start, so that callers do not wait for the first speaking of it.</summary>
/// <remarks>The bridge takes calls meanwhile: a sentence that is not ready yet is rendered when it is asked for.</remarks>
public sealed partial class PromptWarmUp(
    PromptRenderer renderer, RecordedVoices voices, SpeechSource speech, HealthBoard health, TimeProvider time, ILogger<PromptWarmUp> logger)
    : BackgroundService
{
    private static readonly SentencePlanner Planner = new();

    private int _done;

    /// <summary>Sentences to render in all.</summary>
    public int Total { get; } = Fixed().Count();

    /// <summary>Sentences rendered so far, 0 to <see cref="Total"/>. Any thread.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();                                     // the host goes on starting
        long started = time.GetTimestamp();
        IReadOnlyList<string> missing = voices.MissingPackages();
        health.Report(
            OutsideThing.RecordedVoices,
            missing.Count == 0 ? HealthState.Up : HealthState.Degraded,
            missing.Count == 0 ? "" : $"missing Debian packages: {string.Join(", ", missing)}; the speech engine says those sentences");
        await speech.FindAsync().ConfigureAwait(false);
        foreach (Utterance utterance in Fixed())
        {
            if (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            // Without the token: at the stop, what is under way ends first, and nothing is written after it.
            await renderer.RenderAsync(utterance, CancellationToken.None).ConfigureAwait(false);
            Interlocked.Increment(ref _done);
        }

        double seconds = time.GetElapsedTime(started).TotalSeconds;
        Log.Ready(logger, Total, seconds);
    }

    /// <summary>Every sentence that has no blanks, or only a small number, in both languages.</summary>
    internal static IEnumerable<Utterance> Fixed()
    {
        foreach (IvrLanguage language in Enum.GetValues<IvrLanguage>())
        {
            foreach (PromptId id in Enum.GetValues<PromptId>())
            {
                PromptDefinition prompt = Planner.Catalogue(language)[id];
                bool isOpen = prompt.Text is { } text
                    && (text.Contains('{', StringComparison.Ordinal) && !text.Contains("{number}", StringComparison.Ordinal));
                if (isOpen)
                {
                    continue;
                }

                bool hasNumber = prompt.Text?.Contains("{number}", StringComparison.Ordinal) ?? false;
                foreach (int? number in hasNumber ? NumbersOf(id) : [null])
                {
                    yield return new Utterance(language, [new Sentence(id) { Number = number }]);
                }
            }
        }
    }

    private static IEnumerable<int?> NumbersOf(PromptId id) => id switch
    {
        PromptId.ManyOthers => Enumerable.Range(2, 19).Select(number => (int?)number),
        PromptId.EnterPinKeys or PromptId.PinTooShort => [9],
        PromptId.WaitLimit => [30],
        PromptId.MeetingEndsSoon => [2, 10],
        _ => [2],
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1500, EventName = "PromptsReady", Level = LogLevel.Information, Message = "{Count} prompts are ready after {Seconds:0.0} s")]
        public static partial void Ready(ILogger logger, int count, double seconds);
    }
}
