using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Sip.Identity;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>One entry of <c>Sip:Trunks</c>: a peer that sends us calls.</summary>
public sealed class TrunkOptions
{
    /// <summary>Name in logs and metrics.</summary>
    [Required, RegularExpression("^[a-z0-9-]{1,32}$", ErrorMessage = "The field {0} takes 1 to 32 of a-z, 0-9 and the hyphen.")]
    public string Name { get; set; } = "";

    /// <summary>
    /// Addresses, networks (<c>192.0.2.1</c>, <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>) and names that the peer sends from. Names are looked up
    /// again and again.
    /// </summary>
    public IList<string> Sources { get; set; } = [];

    /// <summary>How the bridge signs on at this peer. Null: it does not; the peer knows our address.</summary>
    /// <remarks>Calls from the registrar's addresses belong to the trunk, as those from <see cref="Sources"/> do.</remarks>
    [ValidateObjectMembers]
    public TrunkRegistrationOptions? Registration { get; set; }

    /// <summary>The place that is asked whether it lives. Null: the trunk is not watched.</summary>
    [ValidateObjectMembers]
    public TrunkPeerOptions? Peer { get; set; }

    /// <summary>What is expected of its certificate on TLS connections. Null: nothing but that it fits where we connect to.</summary>
    public TrunkTlsOptions? Tls { get; set; }

    /// <summary>Whether P-Asserted-Identity and Privacy of this peer are believed (RFC 3325).</summary>
    public bool TrustIdentity { get; set; }

    /// <summary>Country calling code that national numbers of this peer are completed with, without <c>+</c>: 33 for France.</summary>
    [RegularExpression("^[1-9][0-9]{0,2}$", ErrorMessage = "The field {0} takes a country calling code of 1 to 3 digits, such as 33.")]
    public string Country { get; set; } = "33";

    /// <summary>Our numbers at this trunk. A call to another number gets 404; an empty list takes every number.</summary>
    [ValidateEnumeratedItems]
    public IList<NumberOptions> Numbers { get; set; } = [];

    /// <summary>Where the trunk writes the number that was called: in the Request-URI, or in To or P-Called-Party-ID when it puts its account there.</summary>
    public CalledNumberSource CalledNumber { get; set; }

    /// <summary>Whether a call to <c>sip:PIN@…</c> enters the room without being asked for the PIN.</summary>
    public bool PinInRequestUri { get; set; }

    /// <summary>Whether the peer's media comes from behind a NAT: its source is learned even when the SDP's address is public.</summary>
    public bool MediaNat { get; set; }

    /// <summary>Whether calls of this trunk are encrypted.</summary>
    public TrunkSrtpOptions Srtp { get; set; } = new();

    /// <summary>Which numbers the bridge may ring through this trunk. Null: none.</summary>
    [ValidateObjectMembers]
    public TrunkDialOutOptions? DialOut { get; set; }

    /// <summary>Codecs taken in calls of this trunk, the best first; an empty list takes <see cref="DefaultCodecs"/>.</summary>
    /// <remarks>Our own offers (INVITE without SDP) list the G.711 codecs, and before them the wide ones that stand before them here (SDP9).</remarks>
    public IList<AudioCodec> Codecs { get; set; } = [];

    /// <summary>Whether our order of the codecs decides. False: the peer's, as RFC 3264 §6.1 recommends.</summary>
    public bool OwnCodecOrder { get; set; }

    /// <summary>Whether keys are looked for in the audio of calls of this trunk.</summary>
    public KeysInAudio KeysInAudio { get; set; }

    /// <summary>Whether the noise of lines of this trunk is taken out before the mix. Null: as <c>Media:NoiseSuppression</c> says.</summary>
    public bool? NoiseSuppression { get; set; }

    /// <summary>Whether a call ends when a fax machine or modem is heard on it (RTP15).</summary>
    public bool EndsOnFaxTone { get; set; } = true;

    /// <summary>Whether a call ends when the busy or dial tone of a line that was hung up is heard on it (RTP16).</summary>
    public bool EndsOnBusyTone { get; set; } = true;

    /// <summary>Largest number of calls of this trunk at a time; more get 486. 0: only <c>Sip:MaxCalls</c> bounds it.</summary>
    [Range(0, 100_000)]
    public int MaxCalls { get; set; }

    /// <summary>New calls of this trunk that are taken in a second; more get 503. 0: only <c>Sip:Overload</c> bounds them.</summary>
    /// <value>Null: 0; for addresses of no trunk, of which each is counted by itself, 5.</value>
    [Range(0, 100_000)]
    public int? CallsPerSecond { get; set; }

    /// <summary>New calls that may come at once before <see cref="CallsPerSecond"/> bounds them.</summary>
    /// <value>Null: those of two seconds; for addresses of no trunk 20.</value>
    [Range(1, 100_000)]
    public int? Burst { get; set; }

    /// <summary>Session timer that we ask for in calls of this trunk, where the peer knows it and asks for none (RFC 4028; DLG8).</summary>
    /// <value>Zero: we do not ask. Else 90 s at least. What the peer asks for is honoured in any case.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan SessionInterval { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Every codec, in the order that an empty list stands for.</summary>
    public static readonly IReadOnlyList<AudioCodec> DefaultCodecs = [AudioCodec.Pcma, AudioCodec.Pcmu, AudioCodec.G722, AudioCodec.Opus];

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

    /// <summary>Whether an entry of <see cref="Sources"/> is a name. A slip in an address is none: names do not end with a number (RFC 3696 §2).</summary>
    public static bool IsSourceName(string text) =>
        Uri.CheckHostName(text) == UriHostNameType.Dns && text.TrimEnd('.').Split('.')[^1].Any(char.IsAsciiLetter);

    /// <summary>The names and addresses, beside the networks of <see cref="Sources"/>, that calls of this trunk come from.</summary>
    public IEnumerable<PeerAddress> SourcePlaces()
    {
        IEnumerable<PeerAddress> places = [.. Sources.Where(IsSourceName).Select(name => new PeerAddress(name, null)), .. Registration?.Sources() ?? []];
        return Peer is not null && PeerAddress.TryParse(Peer.Address, out PeerAddress? peer) ? places.Append(peer) : places;
    }
}

/// <summary>When keys are looked for in the audio.</summary>
public enum KeysInAudio
{
    /// <summary>In calls without telephone-event (RFC 4733): there is no other way for a key then, but for SIP INFO.</summary>
    Auto,

    /// <summary>In every call: for a trunk that agrees on telephone-event and sends tones all the same.</summary>
    Always,

    /// <summary>In no call.</summary>
    Never,
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

    /// <summary>What callers of this number hear in place of the welcome, in its language; empty for the welcome. Plain words, at most 200 characters.</summary>
    [StringLength(200), RegularExpression(@"^[^\p{C}<>]*$", ErrorMessage = "The field {0} takes plain words, without control characters, < and >.")]
    public string Greeting { get; set; } = "";
}
