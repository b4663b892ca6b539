using System.ComponentModel.DataAnnotations;
using System.Net;

namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>Sip:Dns</c>: whom to ask where a peer with a name is.</summary>
public sealed class DnsOptions
{
    private const int DefaultPort = 53;

    /// <summary>Name servers, <c>address</c> or <c>address:port</c>. Empty: those of the system.</summary>
    public IList<string> Servers { get; set; } = [];

    /// <summary>How long one server may take for one answer.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The bound form of <see cref="Servers"/>; an entry that cannot be read is left out.</summary>
    public IPEndPoint[] ServerEndPoints() => [.. Servers.Select(Parse).OfType<IPEndPoint>()];

    /// <summary>Reads one entry of <see cref="Servers"/>; null when it is no address.</summary>
    internal static IPEndPoint? Parse(string text) =>
        IPAddress.TryParse(text, out IPAddress? address) ? new IPEndPoint(address, DefaultPort)
        : ListenAddress.TryParse(text, out IPEndPoint? endPoint) && endPoint.Port != 0 ? endPoint
        : null;
}
