using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Registration;

/// <summary>A registrar that asks for MD5 digests and checks them by its own reckoning, unless a test answers for it.</summary>
internal sealed partial class SimulatedRegistrar : SimulatedEnd
{
    public static readonly IPEndPoint Address = new(IPAddress.Parse("192.0.2.9"), 5060);

    private readonly IPEndPoint _address;
    private readonly HashSet<string> _branches = [];

    public SimulatedRegistrar(SimulatedNetwork network, IPEndPoint? address = null)
        : base(network)
    {
        _address = address ?? Address;
        network.Attach(_address, this);
    }

    public override TimeSpan Deadline => TimeSpan.MaxValue;

    /// <summary>Requests without their repeats, with the time of their arrival.</summary>
    public List<(TimeSpan At, SipRequest Request)> Requests { get; } = [];

    /// <summary>Instead of the usual answer; null for none at all.</summary>
    public Func<SipRequest, SipResponse?>? Script { get; set; }

    /// <summary>What is granted.</summary>
    public int Granted { get; set; } = 600;

    public string Nonce { get; set; } = "n1";

    public string Password { get; set; } = "secret-of-trunk";

    public SipRequest Last => Requests[^1].Request;

    public override void OnBytes(SipFlow flow, byte[] bytes)
    {
        SipRequest request = Assert.IsType<SipRequest>(SipParser.Parse(bytes).Message);
        if (_branches.Add(request.TopVia.Branch!))
        {
            Requests.Add((Network.Now, request));
        }

        if ((Script ?? Usual)(request) is { } response)
        {
            Network.Send(flow, SipWriter.Write(response));
        }
    }

    public override void OnTime() => throw new InvalidOperationException("It has no timers.");

    /// <summary>401 without the right credentials, else 200 that names what is granted.</summary>
    public SipResponse Usual(SipRequest request) => IsAuthorized(request) ? Ok(request) : Challenge(request);

    public SipResponse Challenge(SipRequest request, string more = "")
    {
        SipResponse response = SipResponse.For(request, 401, toTag: "r");
        response.Headers.Add(SipHeaderNames.WwwAuthenticate, $"Digest realm=\"trunk\", nonce=\"{Nonce}\", qop=\"auth\"{more}");
        return response;
    }

    public SipResponse Ok(SipRequest request)
    {
        SipResponse response = SipResponse.For(request, 200, toTag: "r");
        int asked = int.Parse(request.Headers[SipHeaderNames.Expires]!, System.Globalization.CultureInfo.InvariantCulture);
        if (asked > 0)
        {
            response.Headers.Add(SipHeaderNames.Contact, "<sip:somebody@198.51.100.7>;expires=7");
            SipNameAddress contact = request.Contact!;
            response.Headers.Add(SipHeaderNames.Contact, (contact with { Parameters = contact.Parameters.With("expires", $"{Granted}") }).ToString());
        }

        return response;
    }

    public bool IsAuthorized(SipRequest request)
    {
        Dictionary<string, string> given = Pair().Matches(request.Headers[SipHeaderNames.Authorization] ?? "")
            .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        if (!given.TryGetValue("nonce", out string? nonce) || nonce != Nonce)
        {
            return false;
        }

        string key = Md5($"{given["username"]}:trunk:{Password}");
        string asked = Md5($"REGISTER:{given["uri"]}");
        return given["uri"] == request.Uri.ToString()
            && given["response"] == Md5($"{key}:{nonce}:{given["nc"]}:{given["cnonce"]}:auth:{asked}");
    }

#pragma warning disable CA5351 // what the protocol says
    private static string Md5(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    [GeneratedRegex("(\\w+)=\"?([^\",]*)\"?")]
    private static partial Regex Pair();
}
