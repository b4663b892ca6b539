using System.Net;

namespace PhoneBridge.Sip.Protection;

/// <summary>A source of which nothing is taken for a while.</summary>
/// <param name="Network">Its address, or the IPv6 network of 64 bits that it sends from.</param>
/// <param name="Since">For how long.</param>
/// <param name="Left">For how long still.</param>
/// <param name="Dropped">Messages that were dropped meanwhile.</param>
public readonly record struct SipBan(IPNetwork Network, TimeSpan Since, TimeSpan Left, long Dropped)
{
    /// <summary>The address, or the network with its length.</summary>
    public override string ToString() => Network.PrefixLength == 32 ? Network.BaseAddress.ToString() : Network.ToString();
}
