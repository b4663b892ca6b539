using System.ComponentModel.DataAnnotations;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>Peer</c> of a trunk: the place that is asked whether it lives (TRA6). Calls from there belong to the trunk.</summary>
public sealed class TrunkPeerOptions
{
    /// <summary>The peer, <c>host</c> or <c>host:port</c>; a name without port is looked up by SRV, A and AAAA (RFC 3263).</summary>
    [Required]
    public string Address { get; set; } = "";

    /// <summary>How it is asked.</summary>
    public SipTransportKind Transport { get; set; } = SipTransportKind.Udp;

    /// <summary>Time between two OPTIONS of ours. Zero: it is not asked.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan OptionsInterval { get; set; } = TimeSpan.FromSeconds(30);
}
