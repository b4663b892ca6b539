using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace PhoneBridge.Bridge.Demo;

/// <summary>The machine's own addresses, for a person who wants to dial it.</summary>
internal static class LocalAddresses
{
    /// <summary>Addresses of the interfaces that are up: those with a gateway first, IPv4 before IPv6, loopback last; no link-local ones.</summary>
    public static IReadOnlyList<IPAddress> Read() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == OperationalStatus.Up || n.NetworkInterfaceType == NetworkInterfaceType.Loopback)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses.Select(a => (a.Address, HasGateway: n.GetIPProperties().GatewayAddresses.Count != 0)))
            .Where(a => !a.Address.IsIPv6LinkLocal)
            .OrderBy(a => IPAddress.IsLoopback(a.Address))
            .ThenByDescending(a => a.HasGateway)
            .ThenBy(a => a.Address.AddressFamily != AddressFamily.InterNetwork)
            .Select(a => a.Address),
    ];
}
