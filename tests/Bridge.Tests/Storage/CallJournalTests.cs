using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Tests.CallRecords;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Tests.Storage;

public sealed class CallJournalTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();
    private BridgeStorage _storage = null!;

    public async ValueTask InitializeAsync() => _storage = await _folder.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_record_reads_back_whole_and_its_end_takes_the_place_of_its_beginning()
    {
        CallRecord begun = SampleCalls.Arrived();
        CallRecord ended = SampleCalls.Ended(begun);
        CallRecord both = SampleCalls.Arrived(DataFolder.Wall.AddSeconds(1));
        await _storage.Calls.PutAsync([begun, both, both with { End = CallEnd.Refused, SipStatus = 488 }]);
        Assert.Equal(begun, (await ReadAsync())[0]);
        await _storage.Calls.PutAsync([ended]);
        await _storage.Calls.PutAsync([ended]);
        await ReopenAsync();
        Assert.Equal([ended, both with { End = CallEnd.Refused, SipStatus = 488 }], await ReadAsync());
    }

    [Fact]
    public async Task A_call_that_did_not_end_before_the_bridge_died_is_closed_and_the_others_stay()
    {
        CallRecord begun = SampleCalls.Arrived();
        CallRecord ended = SampleCalls.Ended(SampleCalls.Arrived(DataFolder.Wall.AddSeconds(1)));
        await _storage.Calls.PutAsync([begun, ended]);
        Assert.Equal(1, await _storage.Calls.CloseOpenAsync());
        Assert.Equal(0, await _storage.Calls.CloseOpenAsync());
        Assert.Equal([begun with { End = CallEnd.BridgeDied }, ended], await ReadAsync());
    }

    [Fact]
    public async Task Old_records_are_deleted_up_to_the_millisecond()
    {
        CallRecord[] calls = [.. Enumerable.Range(0, 4500).Select(i => SampleCalls.Ended(SampleCalls.Arrived(DataFolder.Wall.AddMilliseconds(i))))];
        await _storage.Calls.PutAsync(calls);
        Assert.Equal(4499, await _storage.Calls.DeleteBeforeAsync(calls[^1].ArrivedAt, TestContext.Current.CancellationToken));
        Assert.Equal(calls[^1], Assert.Single(await ReadAsync()));
    }

    [Fact]
    public async Task Filters_hold_together_and_pages_join_without_a_gap()
    {
        RoomId room = RoomId.NewRandom();
        CallRecord[] calls =
        [
            .. Enumerable.Range(0, 40).Select(i => SampleCalls.Ended(
                SampleCalls.Arrived(DataFolder.Wall.AddMinutes(i), i % 2 == 0 ? "carrier" : "office"),
                i % 4 == 0 ? CallEnd.RoomFull : CallEnd.CallerHungUp,
                i < 20 ? room : null)),
        ];
        await _storage.Calls.PutAsync(calls.Reverse());
        CallFilter filter = new()
        {
            From = calls[4].ArrivedAt,
            To = calls[16].ArrivedAt,
            Trunk = "carrier",
            Room = room,
            End = CallEnd.RoomFull,
        };
        Assert.Equal([calls[4], calls[8], calls[12]], await ReadAsync(filter));
        Assert.Equal([calls[12]], await ReadAsync(filter, calls[8].Id));
        Assert.Equal(calls[..7], await ReadAsync(limit: 7));
        Assert.Equal(calls[7..], await ReadAsync(after: calls[6].Id));
        Assert.Empty(await ReadAsync(new CallFilter { Room = RoomId.NewRandom() }));
    }

    private Task<IReadOnlyList<CallRecord>> ReadAsync(CallFilter? filter = null, CallId? after = null, int limit = 1000) =>
        _storage.Calls.ReadAsync(filter ?? new CallFilter(), after, limit, TestContext.Current.CancellationToken);

    private async Task ReopenAsync()
    {
        await _storage.DisposeAsync();
        _storage = await _folder.OpenAsync();
    }
}
