using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Ivr.Speech;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>Puts the prompts into the host.</summary>
internal static class PromptsSetup
{
    /// <summary>Adds <see cref="PromptRenderer"/> and what it needs, and renders the fixed prompts in the background.</summary>
    public static IServiceCollection AddBridgePrompts(this IServiceCollection services)
    {
        services.AddSingleton(provider => new RecordedVoices(provider.GetRequiredService<IOptions<DialogueOptions>>().Value.VoicesFolder));
        services.AddSingleton(provider =>
        {
            EspeakOptions espeak = new() { Program = provider.GetRequiredService<IOptions<DialogueOptions>>().Value.SpeechEngine };
            TimeProvider time = provider.GetRequiredService<TimeProvider>();
            return new SpeechSource(
                async () => await EspeakSpeechEngine.FindAsync(espeak, time, CancellationToken.None).ConfigureAwait(false),
                provider.GetRequiredService<IOptions<StorageOptions>>().Value.PathOf("prompts"),
                provider.GetRequiredService<HealthBoard>(),
                time);
        });
        services.AddSingleton<PromptRenderer>();
        services.AddSingleton<PromptWarmUp>();
        services.AddHostedService(provider => provider.GetRequiredService<PromptWarmUp>());
        return services;
    }
}
