using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PhoneBridge.Sip.Protection;

/// <summary>A peer that is known by its addresses.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Networks">Where it sends from.</param>
/// <param name="CallsPerSecond">New calls that are taken from it in a second; 0: as many as it likes.</param>
/// <param name="Burst">New calls that may come at once.</param>
public sealed record SipPeer(string Name, IReadOnlyList<IPNetwork> Networks, int CallsPerSecond = 0, int Burst = 0);

/// <summary>All peers that are known by their addresses. Immutable: asked by every receiving thread for every message.</summary>
public sealed class SipSources
{
    /// <summary>Nobody is known.</summary>
    public static readonly SipSources None = new([]);

    private readonly (UInt128 Network, UInt128 Mask, int Peer)[] _networks;

    /// <summary>Takes the picture. Of networks that overlap, the one of the earlier peer counts.</summary>
    public SipSources(IReadOnlyList<SipPeer> peers)
    {
        Peers = peers;
        _networks = [.. peers.SelectMany((peer, index) => peer.Networks.Select(network => Of(network, index)))];
    }

    /// <summary>The peers.</summary>
    public IReadOnlyList<SipPeer> Peers { get; }

    /// <summary>The place of the peer with that name; -1 when there is none.</summary>
    internal int PlaceOf(string? name)
    {
        for (int i = 0; name is not null && i < Peers.Count; i++)
        {
            if (Peers[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The peer's place in the list; -1 when nobody is known there.</summary>
    internal int Find(SourceAddress source)
    {
        foreach ((UInt128 network, UInt128 mask, int peer) in _networks)
        {
            if ((source.Value & mask) == network)
            {
                return peer;
            }
        }

        return -1;
    }

    private static (UInt128 Network, UInt128 Mask, int Peer) Of(IPNetwork network, int peer)
    {
        int length = network.PrefixLength + (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 96 : 0);
        UInt128 mask = length == 0 ? 0 : UInt128.MaxValue << (128 - length);
        return (SourceAddress.Of(network.BaseAddress).Value & mask, mask, peer);
    }
}
