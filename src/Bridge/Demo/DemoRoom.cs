using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Api.Keys;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Rooms;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Demo;

/// <summary>Once everything runs: makes the demonstration room when there is no room yet, and shows how to call it.</summary>
/// <remarks>The screen goes to the terminal and not to the log: it holds PINs.</remarks>
internal sealed class DemoRoom(
    RoomService rooms, CallService calls, ApiKeyFile key, IServer server, IOptions<DemoOptions> demo) : IHostedLifecycleService
{
    /// <summary>Where the screen is written.</summary>
    internal TextWriter Output { get; init; } = Console.Out;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        if (!demo.Value.Enabled
            || await rooms.EnsureDemonstrationAsync(demo.Value.RoomTitle, new RoomSettings(), cancellationToken).ConfigureAwait(false) is not { } room)
        {
            return;
        }

        WelcomeScreen screen = new(
            Listening(SipTransportKind.Udp),
            Listening(SipTransportKind.Tcp),
            LocalAddresses.Read(),
            new Uri(server.Features.Get<IServerAddressesFeature>()!.Addresses.First()),
            key.KeyPath,
            room);
        await Output.WriteAsync(screen.ToText().AsMemory(), cancellationToken).ConfigureAwait(false);
        await Output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private IPEndPoint[] Listening(SipTransportKind transport) =>
        [.. calls.Endpoint.Bound.Where(l => l.Transport == transport).Select(l => l.EndPoint)];

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
