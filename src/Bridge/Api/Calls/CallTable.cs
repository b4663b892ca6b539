using System.Globalization;
using System.Text;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Storage;

namespace PhoneBridge.Bridge.Api.Calls;

/// <summary>Writes records of calls as CSV, page by page: neither the table nor a reader of the database is held while a slow client takes it.</summary>
internal sealed class CallTable(CallJournal journal, CallFilter filter)
{
    private const int PageSize = 500;

    private static readonly string[] Columns =
    [
        "id", "leg", "trunk", "direction", "caller", "called", "transport", "arrivedAt", "answeredAt", "endedAt", "setupMs", "room", "role",
        "codec", "end", "sipStatus", "lossPercent", "jitterMs", "rFactor", "askedBy",
    ];

    /// <summary>Reads the first page: what cannot be read at all is known before the answer begins.</summary>
    /// <exception cref="StorageException">The database cannot be read.</exception>
    public Task<IReadOnlyList<CallRecord>> ReadFirstAsync(CallId? after, int? limit, CancellationToken cancellation) =>
        journal.ReadAsync(filter, after, Math.Min(PageSize, limit ?? PageSize), cancellation);

    /// <summary>Writes the head, the first page and those that follow it.</summary>
    /// <exception cref="StorageException">The database cannot be read any more.</exception>
    public async Task WriteAsync(Stream output, IReadOnlyList<CallRecord> page, int? limit, CancellationToken cancellation)
    {
        StringBuilder text = new();
        CsvText.AddLine(text, Columns);
        while (true)
        {
            foreach (CallRecord call in page)
            {
                Add(text, call);
            }

            await output.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellation).ConfigureAwait(false);
            text.Clear();
            if (page.Count < PageSize || limit is not null)     // a limit is never larger than a page
            {
                return;
            }

            page = await journal.ReadAsync(filter, page[^1].Id, PageSize, cancellation).ConfigureAwait(false);
        }
    }

    private static void Add(StringBuilder text, CallRecord call) => CsvText.AddLine(
        text,
        [
            call.Id.ToString(),
            Number(call.Leg),
            call.Trunk,
            CallQuery.NameOf(call.Direction),
            call.Caller,
            call.Called,
            CallBody.TransportOf(call),
            Time(call.ArrivedAt),
            Time(call.AnsweredAt),
            Time(call.EndedAt),
            Number(call.SetupMs),
            call.Room?.ToString(),
            call.Role is { } role ? CallQuery.NameOf(role) : null,
            call.Codec,
            call.End is { } end ? CallQuery.NameOf(end) : null,
            Number(call.SipStatus),
            Number(call.LossPercent),
            Number(call.JitterMs),
            Number(call.RFactor),
            call.AskedBy,
        ]);

    private static string? Time(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    private static string? Number<T>(T? number)
        where T : struct, IFormattable => number?.ToString(null, CultureInfo.InvariantCulture);
}
