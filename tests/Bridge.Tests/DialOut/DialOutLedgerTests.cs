using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Tests.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Tests.DialOut;

[Trait("Req", "C10")]
public sealed class DialOutLedgerTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();
    private readonly RoomId _room = RoomId.NewRandom();
    private BridgeStorage _storage = null!;

    public async ValueTask InitializeAsync() => _storage = await _folder.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_budget_rolls_and_a_room_does_not_spend_another_ones()
    {
        DialOutOptions budgets = new() { CallsPerRoomAndHour = 2, CallsPerRoomAndDay = 3, CallsPerDay = 4 };
        Assert.Null(await TryAsync(budgets, 0));
        Assert.Null(await TryAsync(budgets, 1));
        Assert.Equal(DialOutBudget.RoomHour, await TryAsync(budgets, 59));
        Assert.Null(await TryAsync(budgets, 61.5));
        Assert.Equal(DialOutBudget.RoomDay, await TryAsync(budgets, 300));
        Assert.Null(await TryAsync(budgets, 300, RoomId.NewRandom()));
        Assert.Equal(DialOutBudget.Day, await TryAsync(budgets, 300, RoomId.NewRandom()));
        Assert.Null(await TryAsync(budgets, (24 * 60) + 2));
    }

    [Fact]
    public async Task A_restart_forgets_nothing_whatever_became_of_the_calls()
    {
        DialOutOptions budgets = new() { CallsPerDay = 2 };
        CallRecord busy = NewRecord(0, _room);
        Assert.Null(await _storage.DialOuts.TryKeepAsync(busy, budgets));
        await _storage.Calls.PutAsync([busy with { End = CallEnd.CalleeBusy }]);
        Assert.Null(await TryAsync(budgets, 1));
        await _storage.DisposeAsync();
        _storage = await _folder.OpenAsync();
        await _storage.Calls.CloseOpenAsync();
        Assert.Equal(DialOutBudget.Day, await TryAsync(budgets, 2));
    }

    [Fact]
    public async Task What_was_not_sent_out_and_calls_that_came_in_cost_nothing()
    {
        DialOutOptions budgets = new() { CallsPerDay = 1 };
        CallRecord inbound = NewRecord(1, _room) with { Direction = CallDirection.Inbound };
        await _storage.Calls.PutAsync([NewRecord(0, _room) with { End = CallEnd.NotDialled }, inbound]);
        Assert.Null(await TryAsync(budgets, 2));
    }

    [Fact]
    public async Task Two_at_once_do_not_share_the_last_call()
    {
        DialOutOptions budgets = new() { CallsPerRoomAndHour = 5 };
        DialOutBudget?[] all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TryAsync(budgets, 1)));
        Assert.Equal(5, all.Count(spent => spent is null));
    }

    private Task<DialOutBudget?> TryAsync(DialOutOptions budgets, double minutes, RoomId? room = null) =>
        _storage.DialOuts.TryKeepAsync(NewRecord(minutes, room ?? _room), budgets);

    private static CallRecord NewRecord(double minutes, RoomId room)
    {
        DateTimeOffset at = DataFolder.Wall.AddMinutes(minutes);
        return new CallRecord
        {
            Id = CallId.New(at),
            Trunk = "carrier",
            Direction = CallDirection.Outbound,
            Called = "+33 6 •• •• •• 78",
            AskedBy = "console",
            Transport = SipTransportKind.Udp,
            ArrivedAt = at,
            Room = room,
        };
    }
}
