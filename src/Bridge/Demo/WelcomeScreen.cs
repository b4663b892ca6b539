using System.Globalization;
using System.Net;
using System.Text;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Demo;

/// <summary>What somebody who started the bridge for the first time needs to know, on one screen.</summary>
/// <param name="Udp">Where SIP listens on UDP.</param>
/// <param name="Tcp">Where SIP listens on TCP.</param>
/// <param name="LocalAddresses">The machine's own addresses, the best first, for a wildcard among the above.</param>
/// <param name="Api">Where the API is.</param>
/// <param name="KeyPath">The file with the API's key.</param>
/// <param name="Room">The room to try; the PINs are written out.</param>
internal sealed record WelcomeScreen(
    IReadOnlyList<IPEndPoint> Udp,
    IReadOnlyList<IPEndPoint> Tcp,
    IReadOnlyList<IPAddress> LocalAddresses,
    Uri Api,
    string KeyPath,
    Room Room)
{
    private const int SipPort = 5060;

    /// <summary>The text, with a line break at its end.</summary>
    public string ToText()
    {
        StringBuilder text = new();
        text.AppendLine().AppendLine("PhoneBridge is ready.").AppendLine();
        string[] addresses = [.. Addresses().Distinct()];
        Line("Dial", addresses.FirstOrDefault() ?? "(no SIP address is open)");
        foreach (string other in addresses.Skip(1).Take(3))
        {
            Line("", $"or {other}");
        }

        Line("Room", Room.Title);
        Line("Participant", $"PIN {Room.ParticipantPin.ToGroups()}");
        Line("Moderator", Room.Settings.RequireModerator
            ? $"PIN {Room.ModeratorPin.ToGroups()}  (the meeting starts when a moderator comes in)"
            : $"PIN {Room.ModeratorPin.ToGroups()}");
        Line("In the room", "0 or *6 microphone, *1 help, *3 how many, *4 *7 volume, *8 leave; moderator: *2 mute all, *5 lock");
        Line("API", $"{Api.GetLeftPart(UriPartial.Authority)}  (its page: /docs)");
        Line("API key", $"in {KeyPath}");
        Line("Stop", "Ctrl-C; once more to end running calls at once");
        return text.AppendLine().ToString();

        void Line(string name, string value) => text.AppendLine(CultureInfo.InvariantCulture, $"  {name,-13}{value}");
    }

    private IEnumerable<string> Addresses() =>
        Udp.SelectMany(e => Uris(e, "")).Concat(Tcp.SelectMany(e => Uris(e, ";transport=tcp")).Where(_ => Udp.Count == 0));

    private IEnumerable<string> Uris(IPEndPoint endPoint, string parameters)
    {
        bool isWildcard = endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any);
        IEnumerable<IPAddress> hosts = isWildcard
            ? LocalAddresses.Where(a => a.AddressFamily == endPoint.AddressFamily)
            : [endPoint.Address];
        string port = endPoint.Port == SipPort ? "" : string.Create(CultureInfo.InvariantCulture, $":{endPoint.Port}");
        return hosts.Select(h => h.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            ? $"sip:conference@[{h}]{port}{parameters}"
            : $"sip:conference@{h}{port}{parameters}");
    }
}
