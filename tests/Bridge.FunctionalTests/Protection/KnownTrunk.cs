using PhoneBridge.Testing.Bridges;

namespace PhoneBridge.Bridge.FunctionalTests.Protection;

/// <summary>A bridge with one trunk at 127.0.0.1, protected as it is out of the box: all other addresses of the loopback are strangers.</summary>
internal static class KnownTrunk
{
    public static Task<BridgeProcess> StartBridgeAsync(params string[] more) => BridgeProcess.StartAsync(new BridgeOptions
    {
        Arguments =
        [
            "--Sip:Trunks:0:Name=known",
            "--Sip:Trunks:0:Sources:0=127.0.0.1",
            "--Sip:Bans:Attempts=20",
            .. more,
        ],
    });
}
