using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Api.Calls;

/// <summary>What a request for records of calls asks for, as it came.</summary>
internal sealed record CallQuery
{
    private const int UsualPage = 100;
    private const int LargestPage = 500;

    private static readonly string[] TimeForms =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    /// <summary>Arrived at this time or later: RFC 3339, or a date, which begins at 0:00 UTC.</summary>
    [FromQuery(Name = "from")]
    public string? From { get; init; }

    /// <summary>Arrived before this time.</summary>
    [FromQuery(Name = "to")]
    public string? To { get; init; }

    /// <summary>Name of a trunk, or <c>stranger</c>.</summary>
    [FromQuery(Name = "trunk")]
    public string? Trunk { get; init; }

    /// <summary>Id of a room, also of one that was deleted.</summary>
    [FromQuery(Name = "room")]
    public string? Room { get; init; }

    /// <summary>Why they ended, as <c>end</c> of a record.</summary>
    [FromQuery(Name = "end")]
    public string? End { get; init; }

    /// <summary>The <c>next</c> of the page before.</summary>
    [FromQuery(Name = "after")]
    public string? After { get; init; }

    /// <summary>Most records, 1 to 500; left out: 100 in a page of JSON, all in CSV.</summary>
    [FromQuery(Name = "limit")]
    public string? Limit { get; init; }

    /// <summary>Reads it.</summary>
    /// <returns>The wrong fields with their reasons; empty when it can be used.</returns>
    public Dictionary<string, string[]> Read(out CallFilter filter, out CallId? after, out int? limit)
    {
        Dictionary<string, string[]> errors = [];
        after = Take<CallId>(After, "after", "is not the id of a call", errors, CallId.TryParse);
        limit = Take<int>(Limit, "limit", $"must be 1 to {LargestPage}", errors, TryReadLimit);
        filter = new CallFilter
        {
            From = Take<DateTimeOffset>(From, "from", "is not a date or a time such as 2026-03-02T09:00:00Z", errors, TryReadTime),
            To = Take<DateTimeOffset>(To, "to", "is not a date or a time such as 2026-03-02T09:00:00Z", errors, TryReadTime),
            Trunk = Trunk,
            Room = Take<RoomId>(Room, "room", "is not the id of a room", errors, RoomId.TryParse),
            End = Take<CallEnd>(End, "end", $"must be one of {string.Join(", ", Enum.GetValues<CallEnd>().Select(NameOf))}", errors, TryReadEnd),
        };
        return errors;
    }

    /// <summary>Records in a page of JSON.</summary>
    public static int PageOf(int? limit) => limit ?? UsualPage;

    /// <summary>Name of an end in the API.</summary>
    public static string NameOf<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static bool TryReadLimit(string text, out int limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LargestPage;

    private static bool TryReadTime(string text, out DateTimeOffset at) => DateTimeOffset.TryParseExact(
        text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);

    private static bool TryReadEnd(string text, out CallEnd end)
    {
        foreach (CallEnd known in Enum.GetValues<CallEnd>())
        {
            if (NameOf(known) == text)
            {
                end = known;
                return true;
            }
        }

        end = default;
        return false;
    }

    private delegate bool Reader<T>(string text, out T value);

    private static T? Take<T>(string? text, string field, string reason, Dictionary<string, string[]> errors, Reader<T> read)
        where T : struct
    {
        if (text is null)
        {
            return null;
        }

        if (read(text, out T value))
        {
            return value;
        }

        errors[field] = [reason];
        return null;
    }
}
