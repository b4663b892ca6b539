using PhoneBridge.Bridge.Health;
using PhoneBridge.Ivr.Speech;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>The speech engine behind a time-out and a circuit breaker, with what it said kept on disk. Any thread.</summary>
/// <remarks>An engine that is ill is left alone for a while; callers then hear recordings and tones, at once.</remarks>
public sealed class SpeechSource
{
    private readonly Lazy<Task<(ISpeechEngine Engine, SpeechFiles? Files)>> _engine;
    private readonly ResiliencePipeline<SpeechResult> _guard;
    private readonly HealthBoard _health;

    /// <summary>Makes a source; the engine is looked for when it is first needed.</summary>
    /// <param name="findEngine">Finds the engine; it may turn out not to be installed.</param>
    /// <param name="folder">Where speech is kept.</param>
    /// <param name="health">Where the engine's state is told.</param>
    /// <param name="time">Clock of the time-out and the breaker.</param>
    public SpeechSource(Func<Task<ISpeechEngine>> findEngine, string folder, HealthBoard health, TimeProvider time)
    {
        _health = health;
        _engine = new Lazy<Task<(ISpeechEngine, SpeechFiles?)>>(() => FindAsync(findEngine, folder));
        PredicateBuilder<SpeechResult> isIll = new PredicateBuilder<SpeechResult>()
            .Handle<TimeoutRejectedException>()
            .HandleResult(result => result.Outcome is SpeechOutcome.Failed or SpeechOutcome.TimedOut);
        _guard = new ResiliencePipelineBuilder<SpeechResult> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<SpeechResult>
            {
                ShouldHandle = isIll,
                FailureRatio = 0.5,
                MinimumThroughput = 4,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(30),
                OnOpened = _ => Report(HealthState.Degraded, "the speech engine fails; it is left alone for 30 s"),
                OnClosed = _ => Report(HealthState.Up),
            })
            .AddTimeout(TimeSpan.FromSeconds(4))
            .Build();
    }

    /// <summary>Looks for the engine, if that has not been done, and tells the health board.</summary>
    /// <returns>Whether it can be used.</returns>
    public async Task<bool> FindAsync() => (await _engine.Value.ConfigureAwait(false)).Engine.Version is not null;

    /// <summary>Says a text, or gives what was kept of it. Never throws but for cancellation.</summary>
    /// <param name="request">What to say.</param>
    /// <param name="mayKeep">The text is one of ours, without a word of a caller or owner.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<SpeechResult> SayAsync(SpeechRequest request, bool mayKeep, CancellationToken cancellation)
    {
        (ISpeechEngine engine, SpeechFiles? files) = await _engine.Value.WaitAsync(cancellation).ConfigureAwait(false);
        if (engine.Version is null)
        {
            return SpeechResult.Failure(SpeechOutcome.Unavailable);
        }

        if (mayKeep && files is not null && await files.TryReadAsync(request, cancellation).ConfigureAwait(false) is { } kept)
        {
            return kept;
        }

        SpeechResult spoken;
        try
        {
            spoken = await _guard.ExecuteAsync(
                async token => await engine.SynthesizeAsync(request, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (TimeoutRejectedException)
        {
            return SpeechResult.Failure(SpeechOutcome.TimedOut);
        }
        catch (BrokenCircuitException)
        {
            return SpeechResult.Failure(SpeechOutcome.Failed);
        }

        if (mayKeep && files is not null && spoken.Outcome == SpeechOutcome.Spoken)
        {
            await files.WriteAsync(request, spoken, cancellation).ConfigureAwait(false);
        }

        return spoken;
    }

    private async Task<(ISpeechEngine Engine, SpeechFiles? Files)> FindAsync(Func<Task<ISpeechEngine>> findEngine, string folder)
    {
        ISpeechEngine engine = await findEngine().ConfigureAwait(false);
        await Report(
            engine.Version is null ? HealthState.Down : HealthState.Up,
            engine.Version is null ? "not installed (Debian package espeak-ng); what has no recording is not spoken" : "").ConfigureAwait(false);
        return (engine, engine.Version is null ? null : new SpeechFiles(folder, engine.Version));
    }

    private ValueTask Report(HealthState state, string reason = "")
    {
        _health.Report(OutsideThing.SpeechEngine, state, reason);
        return default;
    }
}
