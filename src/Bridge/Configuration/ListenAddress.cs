using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>An address to listen on as written in the configuration.</summary>
public static class ListenAddress
{
    /// <summary>Reads <c>192.0.2.1:5060</c> or <c>[2001:db8::1]:5060</c>. The port must be written; 0 lets the system choose.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        // IPEndPoint takes a bare address for one with port 0, and a short form such as "1" for 0.0.0.1: both are slips here.
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        bool written = host.StartsWith('[') ? host.EndsWith(']') : host.Count(c => c == '.') == 3;
        if (written && IPEndPoint.TryParse(text, out endPoint))
        {
            return true;
        }

        endPoint = null;
        return false;
    }
}
