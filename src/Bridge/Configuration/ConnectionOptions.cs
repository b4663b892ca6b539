using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>Sip:Connections</c>: bounds of TCP and TLS connections. Calls, registrations and trunks keep theirs.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Most connections in all. At the cap the least worth makes room.</summary>
    [Range(10, 100_000)]
    public int Max { get; set; } = 1000;

    /// <summary>Most connections that one address opens (of IPv6, one network of 64 bits).</summary>
    [Range(1, 100_000)]
    public int MaxPerAddress { get; set; } = 100;

    /// <summary>TLS handshakes that compute at a time. 0: half the processors.</summary>
    [Range(0, 1024)]
    public int HandshakesAtOnce { get; set; }

    /// <summary>How long a TLS handshake may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a new connection may say nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a message may take from its first byte to its last.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a stranger's connection may be quiet.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);
}
