using System.Net;

namespace PhoneBridge.Bridge.Trunks.Locating;

/// <summary>The kinds of records that finding a SIP peer needs (RFC 3263).</summary>
internal enum NameRecordKind
{
    /// <summary>IPv4 addresses.</summary>
    A,

    /// <summary>IPv6 addresses.</summary>
    Aaaa,

    /// <summary>Hosts of a service (RFC 2782).</summary>
    Srv,

    /// <summary>Transports of a domain (RFC 3403).</summary>
    Naptr,
}

/// <summary>How asking a name server ended.</summary>
internal enum NameOutcome
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name, or such a record of it, does not exist.</summary>
    Nothing,

    /// <summary>Nothing is known: no answer in time, or one that cannot be believed.</summary>
    Failed,
}

/// <summary>One record.</summary>
internal abstract record NameRecord
{
    /// <summary>A or AAAA.</summary>
    public sealed record Address(IPAddress Value) : NameRecord;

    /// <summary>SRV; the target without its last dot, empty when the service is not offered.</summary>
    public sealed record Service(int Priority, int Weight, int Port, string Target) : NameRecord;

    /// <summary>NAPTR with a replacement; flags and services in lower case.</summary>
    public sealed record Pointer(int Order, int Preference, string Flags, string Services, string Replacement) : NameRecord;
}

/// <summary>What a name server said.</summary>
/// <param name="Outcome">Whether there are records.</param>
/// <param name="Records">They; empty unless found.</param>
/// <param name="Life">How long it may be kept, as the server said; zero when it said nothing.</param>
internal sealed record NameAnswer(NameOutcome Outcome, IReadOnlyList<NameRecord> Records, TimeSpan Life)
{
    /// <summary>Nothing is known.</summary>
    public static readonly NameAnswer Failed = new(NameOutcome.Failed, [], TimeSpan.Zero);

    /// <summary>There is no such record.</summary>
    public static readonly NameAnswer Nothing = new(NameOutcome.Nothing, [], TimeSpan.Zero);
}

/// <summary>Asks for records of a name. Any thread.</summary>
internal interface INameService
{
    /// <summary>Asks.</summary>
    /// <param name="name">The name without a last dot.</param>
    /// <param name="kind">Which records.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <returns>Never an error: <see cref="NameAnswer.Failed"/> instead.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> came.</exception>
    Task<NameAnswer> AskAsync(string name, NameRecordKind kind, CancellationToken cancellation);
}
