using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks.Locating;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Puts the trunks together.</summary>
internal static class TrunksSetup
{
    /// <summary>Adds the table of trunks and what keeps it; their registrations and watches start with <see cref="TrunkKeeper"/>, after the end points.</summary>
    public static void AddTrunks(this IServiceCollection services)
    {
        services.AddSingleton(provider => new NameServers(provider.GetRequiredService<IOptions<SipOptions>>().Value.Dns));
        services.AddSingleton(provider => new NameCache(provider.GetRequiredService<NameServers>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TargetBars>();
        services.AddSingleton(provider => new PeerLocator(
            provider.GetRequiredService<NameCache>(), provider.GetRequiredService<TargetBars>(), provider.GetRequiredService<IOptions<SipOptions>>()));
        services.AddSingleton<TrunkTables>();
        services.AddSingleton<TrunkFigures>();
        services.AddSingleton<TrunkAddresses>();
        services.AddHostedService(provider => provider.GetRequiredService<TrunkAddresses>());   // before the calls: they should find their trunk
        services.AddSingleton<TrunkStates>();
        services.AddSingleton<TrunkKeeper>();
        services.AddSingleton<TrunkReload>();
    }
}
