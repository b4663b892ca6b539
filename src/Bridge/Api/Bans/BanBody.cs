using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Bridge.Api.Bans;

/// <summary>A source of SIP that is banned, as the API shows it.</summary>
/// <param name="Address">Its address; of IPv6 the first of its network of 64 bits, all of which is banned.</param>
/// <param name="PrefixLength">32, or 64 for IPv6.</param>
/// <param name="BannedAt">When it was banned.</param>
/// <param name="Until">When the ban ends.</param>
/// <param name="Dropped">Messages that were dropped meanwhile.</param>
public sealed record BanBody(string Address, int PrefixLength, DateTimeOffset BannedAt, DateTimeOffset Until, long Dropped)
{
    /// <summary>Makes the API's form.</summary>
    public static BanBody From(SipBan ban, DateTimeOffset now) => new(
        ban.Network.BaseAddress.ToString(),
        ban.Network.PrefixLength,
        now - ban.Since,
        now + ban.Left,
        ban.Dropped);
}
