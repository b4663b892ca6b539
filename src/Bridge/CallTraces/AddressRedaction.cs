using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using PhoneBridge.Rooms.Pins;
using PhoneBridge.Sip.Identity;
using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Bridge.CallTraces;

/// <summary>Shows SIP and tel addresses without names, numbers and PINs.</summary>
internal static class AddressRedaction
{
    private static readonly FrozenSet<string> Users = ShownText.Known("anonymous", "unavailable", "unknown", "restricted");
    private static readonly FrozenSet<string> Schemes = ShownText.Known("urn", "http", "https", "mailto", "im", "pres", "cid");
    private static readonly FrozenSet<string> Transports = ShownText.Known("udp", "tcp", "tls", "ws", "wss", "sctp");
    private static readonly FrozenSet<string> UserKinds = ShownText.Known("phone", "ip", "dialstring");
    private static readonly FrozenSet<string> Reasons = ShownText.Known(
        "unconditional", "user-busy", "no-answer", "deflection", "time-of-day", "unknown", "unavailable", "follow-me", "away", "do-not-disturb", "out-of-service");

    private static readonly FrozenSet<string> Grades = ShownText.Known("full", "off", "name", "uri", "none", "yes", "no", "calling", "called");

    // A plan that completes nothing: a number is shown in the form in which it was written.
    private static readonly NumberPlan AsWritten = new("999", "", "", int.MaxValue, int.MaxValue);

    /// <summary>Shows a URI; what cannot be read is hidden.</summary>
    public static string Uri(SipUri uri, HiddenDigits hidden)
    {
        if (uri.Opaque is not null)
        {
            return $"{ShownText.Word(uri.Scheme, Schemes)}:{ShownText.Hidden}";
        }

        StringBuilder text = new($"{uri.Scheme}:");
        if (uri.User is { } user)
        {
            text.Append(User(user)).Append(uri.IsSip ? "@" : "");
        }

        if (uri.IsSip)
        {
            text.Append(ShownText.Host(uri.Host, hidden));
            if (uri.Port is { } port)
            {
                text.Append(CultureInfo.InvariantCulture, $":{port}");
            }
        }

        AddParameters(text, uri.Parameters, p => ParameterOfUri(p, hidden));
        return text.Append(uri.Headers is null ? "" : "?" + ShownText.More).ToString();
    }

    /// <summary>Shows one value of From, To, Contact and their like.</summary>
    public static string NameAddress(string value, HiddenDigits hidden)
    {
        if (value == "*")
        {
            return value;
        }

        if (!SipNameAddress.TryParse(value, out SipNameAddress address))
        {
            return ShownText.Hidden;
        }

        StringBuilder text = new();
        if (!string.IsNullOrEmpty(address.DisplayName))
        {
            text.Append(CultureInfo.InvariantCulture, $"\"{ShownText.Hidden}\" ");
        }

        text.Append('<').Append(Uri(address.Uri, hidden)).Append('>');
        AddParameters(text, address.Parameters, p => ParameterOfAddress(p, hidden));
        return text.ToString();
    }

    /// <summary>Remembers what is hidden of an address.</summary>
    public static void Collect(string value, HiddenDigits hidden)
    {
        if (SipNameAddress.TryParse(value, out SipNameAddress address))
        {
            hidden.AddNumber(address.DisplayName);
            Collect(address.Uri, hidden);
        }
        else
        {
            hidden.AddNumber(value);
        }
    }

    /// <summary>Remembers what is hidden of a URI.</summary>
    public static void Collect(SipUri uri, HiddenDigits hidden)
    {
        hidden.AddNumber(uri.User);
        hidden.AddNumber(uri.EncodedPassword);
        hidden.AddText(uri.Opaque);
        hidden.AddText(uri.Headers);
    }

    // No PIN begins with 0 or +, also none that was mistyped; and as many digits as a PIN has may be one all the same.
    private static string User(string user)
    {
        int semicolon = user.IndexOf(';', StringComparison.Ordinal);
        string subscriber = semicolon < 0 ? user : user[..semicolon];
        string more = semicolon < 0 ? "" : ";" + ShownText.More;
        if (Users.Contains(subscriber))
        {
            return subscriber + more;
        }

        bool mayBeShown = subscriber is ['+' or '0', ..] && subscriber.Count(char.IsAsciiDigit) != Pin.Length;
        return (mayBeShown ? AsWritten.Read(subscriber)?.ToString() ?? ShownText.Hidden : ShownText.Hidden) + more;
    }

    private static string? ParameterOfUri(SipParameter parameter, HiddenDigits hidden)
    {
        string value = parameter.Value ?? "";
        return parameter.Name.ToLowerInvariant() switch
        {
            "transport" => "transport=" + ShownText.Word(value, Transports),
            "user" => "user=" + ShownText.Word(value, UserKinds),
            "maddr" => "maddr=" + ShownText.Host(value, hidden),
            "lr" => "lr",
            "ob" => "ob",
            _ => null,
        };
    }

    private static string? ParameterOfAddress(SipParameter parameter, HiddenDigits hidden)
    {
        string value = parameter.Value ?? "";
        return parameter.Name.ToLowerInvariant() switch
        {
            "tag" => "tag=" + ShownText.Opaque(value, hidden),
            "expires" => "expires=" + ShownText.Number(value, hidden),
            "q" => "q=" + ShownText.Number(value, hidden),
            "index" => "index=" + ShownText.Number(value, hidden),
            "counter" => "counter=" + ShownText.Number(value, hidden),
            "limit" => "limit=" + ShownText.Number(value, hidden),
            "reason" => "reason=" + ShownText.Word(value, Reasons),
            "privacy" => "privacy=" + ShownText.Word(value, Grades),
            "screen" => "screen=" + ShownText.Word(value, Grades),
            "party" => "party=" + ShownText.Word(value, Grades),
            _ => null,
        };
    }

    private static void AddParameters(StringBuilder text, SipParameters parameters, Func<SipParameter, string?> show)
    {
        bool isMore = false;
        foreach (SipParameter parameter in parameters)
        {
            string? shown = show(parameter);
            isMore |= shown is null;
            _ = shown is null ? text : text.Append(';').Append(shown);
        }

        _ = isMore ? text.Append(";" + ShownText.More) : text;
    }
}
