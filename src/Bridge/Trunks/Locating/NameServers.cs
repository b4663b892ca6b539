using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Trunks.Locating;

/// <summary>Asks the name servers, and believes only what answers the question that was asked.</summary>
/// <remarks>
/// Over TCP only (RFC 7766 has every server take it): the library takes a datagram from anybody who guesses the number of a query, while
/// into a connection nobody else can write. Where no server can be asked so, or none knows the name, addresses come from the system's resolver, which also
/// reads the machine's table of hosts. See docs/adr/0016.
/// </remarks>
internal sealed class NameServers : INameService
{
    private const int MaxRecords = 64;
    private const int MaxAliases = 8;

    private readonly LookupClient? _client;
    private readonly TimeSpan _limit;
    private readonly bool _mayAskSystem;

    public NameServers(DnsOptions options)
    {
        IPEndPoint[] servers = options.ServerEndPoints();
        LookupClientOptions settings = servers.Length == 0 ? new LookupClientOptions() : new LookupClientOptions(servers);
        settings.UseCache = false;              // ours keeps old answers when the servers are gone
        settings.UseTcpOnly = true;
        settings.Timeout = options.Timeout;
        settings.Retries = 0;                   // a connection loses nothing; whoever asks asks again
        settings.ContinueOnDnsError = true;     // the next server may be well
        settings.ThrowDnsErrors = false;
        _mayAskSystem = servers.Length == 0;
        _limit = options.Timeout * 2;           // of all servers together
        try
        {
            _client = new LookupClient(settings);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The system names no server; the system's resolver may know a way all the same.
        }
    }

    /// <inheritdoc/>
    public async Task<NameAnswer> AskAsync(string name, NameRecordKind kind, CancellationToken cancellation)
    {
        bool isAddress = kind is NameRecordKind.A or NameRecordKind.Aaaa;
        bool isLocal = _mayAskSystem && !name.Contains('.', StringComparison.Ordinal);     // of the machine or its own domain
        NameAnswer answer = isLocal ? NameAnswer.Nothing : await AskServersAsync(name, kind, cancellation).ConfigureAwait(false);
        return answer.Outcome == NameOutcome.Found || !isAddress || !_mayAskSystem
            ? answer
            : await AskSystemAsync(name, kind, answer, cancellation).ConfigureAwait(false);
    }

    private async Task<NameAnswer> AskServersAsync(string name, NameRecordKind kind, CancellationToken cancellation)
    {
        if (_client is null)
        {
            return NameAnswer.Failed;
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_limit);
        try
        {
            return Read(await _client.QueryAsync(name, TypeOf(kind), QueryClass.IN, limit.Token).ConfigureAwait(false), name, kind);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // What the library throws on an answer that it cannot read is not a closed set; nothing is known then.
        catch (Exception)
#pragma warning restore CA1031
        {
            return NameAnswer.Failed;
        }
    }

    private static NameAnswer Read(IDnsQueryResponse response, string name, NameRecordKind kind)
    {
        bool isOurs = response.Questions is [{ } question] && question.QuestionType == TypeOf(kind) && IsSame(question.QueryName, name);
        if (!isOurs || response.Answers.Count > MaxRecords || response.Header.ResultTruncated)
        {
            return NameAnswer.Failed;
        }

        if (response.HasError)
        {
            return response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain
                ? NameAnswer.Nothing with { Life = LifeOf(response.Authorities) }
                : NameAnswer.Failed;
        }

        // Only records of the name that was asked for, or of the one that it stands for.
        string owner = name;
        List<DnsResourceRecord> used = [];
        for (int i = 0; i < MaxAliases && response.Answers.OfType<CNameRecord>().FirstOrDefault(a => IsSame(a.DomainName, owner)) is { } alias; i++)
        {
            used.Add(alias);
            owner = alias.CanonicalName.Value.TrimEnd('.');
        }

        List<NameRecord> records = [];
        foreach (DnsResourceRecord record in response.Answers.Where(a => IsSame(a.DomainName, owner)))
        {
            if (Read(record, kind) is { } read)
            {
                records.Add(read);
                used.Add(record);
            }
        }

        return records.Count == 0
            ? NameAnswer.Nothing with { Life = LifeOf(response.Authorities) }
            : new NameAnswer(NameOutcome.Found, records, LifeOf(used));
    }

    private static NameRecord? Read(DnsResourceRecord record, NameRecordKind kind) => (record, kind) switch
    {
        (ARecord a, NameRecordKind.A) => new NameRecord.Address(a.Address),
        (AaaaRecord a, NameRecordKind.Aaaa) => new NameRecord.Address(a.Address),
        (SrvRecord s, NameRecordKind.Srv) => new NameRecord.Service(s.Priority, s.Weight, s.Port, s.Target.Value.TrimEnd('.')),
        (NAPtrRecord n, NameRecordKind.Naptr) => new NameRecord.Pointer(
            n.Order, n.Preference, n.Flags.ToLowerInvariant(), n.Services.ToLowerInvariant(), n.Replacement.Value.TrimEnd('.')),
        _ => null,
    };

    private static async Task<NameAnswer> AskSystemAsync(string name, NameRecordKind kind, NameAnswer fallback, CancellationToken cancellation)
    {
        AddressFamily family = kind == NameRecordKind.A ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(name, family, cancellation).ConfigureAwait(false);
            return found.Length == 0 ? fallback : new NameAnswer(NameOutcome.Found, [.. found.Select(a => new NameRecord.Address(a))], TimeSpan.Zero);
        }
        catch (SocketException)
        {
            return fallback;
        }
    }

    private static TimeSpan LifeOf(IReadOnlyList<DnsResourceRecord> records) =>
        records.Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Max(0, records.Min(r => r.InitialTimeToLive)));

    private static bool IsSame(DnsString name, string other) => name.Value.TrimEnd('.').Equals(other, StringComparison.OrdinalIgnoreCase);

    private static QueryType TypeOf(NameRecordKind kind) => kind switch
    {
        NameRecordKind.A => QueryType.A,
        NameRecordKind.Aaaa => QueryType.AAAA,
        NameRecordKind.Srv => QueryType.SRV,
        _ => QueryType.NAPTR,
    };
}
