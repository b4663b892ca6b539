using System.Net;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Testing.Phones;

/// <summary>How one test phone behaves.</summary>
public sealed record TestPhoneOptions
{
    /// <summary>User part of From.</summary>
    public required string User { get; init; }

    /// <summary>Where SIP goes.</summary>
    public required IPEndPoint Server { get; init; }

    /// <summary>Display name; null for none.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Codecs offered, in order.</summary>
    public IReadOnlyList<PhoneCodec> Codecs { get; init; } = [PhoneCodec.Pcma, PhoneCodec.Pcmu];

    /// <summary>Payload type offered for telephone-event; null leaves it out.</summary>
    public byte? TelephoneEventType { get; init; } = 101;

    /// <summary>Packet time asked for [ms].</summary>
    public int PtimeMs { get; init; } = 20;

    /// <summary>INVITE without SDP; the offer comes in the answer.</summary>
    public bool OffersLate { get; init; }

    /// <summary>Whether every voice packet is kept; hundreds of phones should not.</summary>
    public bool Records { get; init; } = true;

    /// <summary>Place of the media clock in its period; null lets the exchange spread its phones.</summary>
    public TimeSpan? Phase { get; init; }

    /// <summary>RTP goes here instead of where the bridge says: the way through an impairment proxy.</summary>
    public Func<IPEndPoint, IPEndPoint>? RouteRtp { get; init; }

    /// <summary>RTP end point told to the bridge instead of the own one: the way back through a proxy.</summary>
    public Func<IPEndPoint, IPEndPoint>? AdvertiseRtp { get; init; }

    /// <summary>Further header lines of the INVITE.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];
}

/// <summary>What a call attempt led to.</summary>
/// <param name="Status">SIP status of the final response; 408 when none came.</param>
/// <param name="Reason">Reason phrase.</param>
/// <param name="SetUp">From INVITE to the final response.</param>
/// <param name="At">When the final response came.</param>
public sealed record CallAnswer(int Status, string Reason, TimeSpan SetUp, TimeSpan At)
{
    /// <summary>Whether the call stands.</summary>
    public bool IsAnswered => Status is >= 200 and < 300;
}

/// <summary>How a call ended.</summary>
/// <param name="ByPeer">Whether the peer sent BYE.</param>
/// <param name="At">When.</param>
/// <param name="Reasons">Reason headers of the peer's BYE.</param>
public sealed record CallEnd(bool ByPeer, TimeSpan At, IReadOnlyList<string> Reasons);
