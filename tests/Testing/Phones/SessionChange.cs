using System.Net;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Testing.Phones;

/// <summary>A change that a test phone asks for within its call.</summary>
public sealed record SessionChange
{
    /// <summary>INVITE or UPDATE.</summary>
    public string Method { get; init; } = "INVITE";

    /// <summary>Direction from the phone's side, such as <c>sendonly</c> for hold.</summary>
    public string Direction { get; init; } = "sendrecv";

    /// <summary>Codecs offered; null: the one in use.</summary>
    public IReadOnlyList<PhoneCodec>? Codecs { get; init; }

    /// <summary>Address in the <c>c=</c> line; null: the phone's own. 0.0.0.0 is the old way of holding.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Packet time asked for [ms]; null: the phone's own.</summary>
    public int? PtimeMs { get; init; }

    /// <summary>Media lines in place of the phone's audio line, such as those of a fax machine; null: the phone's.</summary>
    public string? MediaLines { get; init; }

    /// <summary>No SDP: the peer has to offer.</summary>
    public bool OffersLate { get; init; }
}
