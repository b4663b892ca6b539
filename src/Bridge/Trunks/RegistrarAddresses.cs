using System.Collections.Concurrent;
using System.Net;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>The addresses that the registrars' names mean now: calls from there belong to the trunk. Any thread.</summary>
internal sealed class RegistrarAddresses
{
    private readonly ConcurrentDictionary<string, IPAddress[]> _addresses = new();

    /// <summary>Told after a change, on the thread that made it.</summary>
    public event Action? Changed;

    /// <summary>Replaces what is known of a trunk's registrar.</summary>
    public void Set(string trunk, IPAddress[] addresses)
    {
        _addresses[trunk] = addresses;
        Changed?.Invoke();
    }

    /// <summary>Where the trunk's registrar is; empty when it has none, or none was found.</summary>
    public IReadOnlyList<IPAddress> Of(string trunk) => _addresses.TryGetValue(trunk, out IPAddress[]? known) ? known : [];

    /// <summary>Whether the trunk's registrar is at that address. IPv4 in IPv6 form counts as IPv4.</summary>
    public bool Holds(string trunk, IPAddress address) =>
        _addresses.TryGetValue(trunk, out IPAddress[]? known)
        && known.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
