using System.Collections.Frozen;

namespace PhoneBridge.Sip.Messages;

/// <summary>Methods of SIP; names are case-sensitive (RFC 3261 §7.1).</summary>
public static class SipMethods
{
    /// <summary>RFC 3261 §17.1.1.3.</summary>
    public const string Ack = "ACK";

    /// <summary>RFC 3261 §15.</summary>
    public const string Bye = "BYE";

    /// <summary>RFC 3261 §9.</summary>
    public const string Cancel = "CANCEL";

    /// <summary>RFC 6086.</summary>
    public const string Info = "INFO";

    /// <summary>RFC 3261 §13.</summary>
    public const string Invite = "INVITE";

    /// <summary>RFC 3428.</summary>
    public const string Message = "MESSAGE";

    /// <summary>RFC 6665.</summary>
    public const string Notify = "NOTIFY";

    /// <summary>RFC 3261 §11.</summary>
    public const string Options = "OPTIONS";

    /// <summary>RFC 3262.</summary>
    public const string Prack = "PRACK";

    /// <summary>RFC 3903.</summary>
    public const string Publish = "PUBLISH";

    /// <summary>RFC 3515.</summary>
    public const string Refer = "REFER";

    /// <summary>RFC 3261 §10.</summary>
    public const string Register = "REGISTER";

    /// <summary>RFC 6665.</summary>
    public const string Subscribe = "SUBSCRIBE";

    /// <summary>RFC 3311.</summary>
    public const string Update = "UPDATE";

    private static readonly FrozenSet<string> All = FrozenSet.Create(
        StringComparer.Ordinal,
        [Ack, Bye, Cancel, Info, Invite, Message, Notify, Options, Prack, Publish, Refer, Register, Subscribe, Update]);
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> AllBySpan =
        All.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>True for a method registered with IANA: barred ones get 405, all others 501.</summary>
    public static bool IsKnown(string method) => All.Contains(method);

    internal static string Intern(ReadOnlySpan<char> method) =>
        AllBySpan.TryGetValue(method, out string? known) ? known : method.ToString();
}
