using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>One entry of <c>Sip:Trunks</c>: a peer that sends us calls.</summary>
public sealed class TrunkOptions
{
    /// <summary>Name in logs and metrics.</summary>
    [Required, RegularExpression("^[a-z0-9-]{1,32}$", ErrorMessage = "The field {0} takes 1 to 32 of a-z, 0-9 and the hyphen.")]
    public string Name { get; set; } = "";

    /// <summary>Addresses and networks (<c>192.0.2.1</c>, <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>) that the peer sends from.</summary>
    public IList<string> Sources { get; set; } = [];

    /// <summary>Whether P-Asserted-Identity and Privacy of this peer are believed (RFC 3325).</summary>
    public bool TrustIdentity { get; set; }

    /// <summary>Country calling code that national numbers of this peer are completed with, without <c>+</c>: 33 for France.</summary>
    [RegularExpression("^[1-9][0-9]{0,2}$", ErrorMessage = "The field {0} takes a country calling code of 1 to 3 digits, such as 33.")]
    public string Country { get; set; } = "33";

    /// <summary>Our numbers at this trunk. A call to another number gets 404; an empty list takes every number.</summary>
    [ValidateEnumeratedItems]
    public IList<NumberOptions> Numbers { get; set; } = [];

    /// <summary>Whether a call to <c>sip:PIN@…</c> enters the room without being asked for the PIN.</summary>
    public bool PinInRequestUri { get; set; }

    /// <summary>Whether the peer's media comes from behind a NAT: its source is learned even when the SDP's address is public.</summary>
    public bool MediaNat { get; set; }

    /// <summary>Largest number of calls of this trunk at a time; more get 486. 0: only <c>Sip:MaxCalls</c> bounds it.</summary>
    [Range(0, 100_000)]
    public int MaxCalls { get; set; }

    /// <summary>Whether <paramref name="address"/> is one of <see cref="Sources"/>. IPv4 in IPv6 form counts as IPv4.</summary>
    public bool HasSource(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        foreach (string source in Sources)
        {
            if (TryParseSource(source, out IPNetwork network) && network.Contains(plain))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads one entry of <see cref="Sources"/>: an address or a network.</summary>
    public static bool TryParseSource(string text, out IPNetwork network)
    {
        if (text.Contains('/', StringComparison.Ordinal))
        {
            return IPNetwork.TryParse(text, out network);
        }

        bool isAddress = IPAddress.TryParse(text, out IPAddress? address);
        network = isAddress ? new IPNetwork(address!, address!.GetAddressBytes().Length * 8) : default;
        return isAddress;
    }
}

/// <summary>One of our numbers at a trunk.</summary>
public sealed class NumberOptions
{
    /// <summary>The number in E.164 form, <c>+</c> and 3 to 15 digits.</summary>
    [Required, RegularExpression(@"^\+[1-9][0-9]{2,14}$", ErrorMessage = "The field {0} takes a number such as +33123456789.")]
    public string Number { get; set; } = "";

    /// <summary>Language of the prompts for calls to this number: <c>fr</c>, <c>en</c>, or empty for <c>Ivr:DefaultLanguage</c>.</summary>
    [RegularExpression("^(fr|en)?$", ErrorMessage = "The field {0} takes fr or en.")]
    public string Language { get; set; } = "";
}
