using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Tests.Storage;
using PhoneBridge.Mixer;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Tests.CallRecords;

/// <summary>Records on their way to a real database: kept, held back by it, or too many.</summary>
public sealed class CallRecorderTests : IAsyncLifetime
{
    private readonly DataFolder _folder = new();
    private readonly HealthBoard _health = new(TimeProvider.System, NullLogger<HealthBoard>.Instance);
    private BridgeStorage _storage = null!;
    private CallRecorder _recorder = null!;

    private HealthEntry Health => _health.Read().Single(e => e.Thing == OutsideThing.CallRecords);

    public async ValueTask InitializeAsync()
    {
        _storage = await BridgeStorage.OpenAsync(_folder.Path, TimeSpan.FromSeconds(1), PinFactory.RestingTime);
        _recorder = NewRecorder();
    }

    public async ValueTask DisposeAsync()
    {
        await _recorder.StopAsync(CancellationToken.None);
        _recorder.Dispose();
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_waits_at_the_stop_is_written_and_outlives_it()
    {
        await _recorder.StartAsync(CancellationToken.None);
        CallRecord[] calls = [.. Enumerable.Range(0, 1000).Select(i => SampleCalls.Arrived(DataFolder.Wall.AddSeconds(i)))];
        foreach (CallRecord call in calls)
        {
            _recorder.OnBegun(call);
            _recorder.OnEnded(SampleCalls.Ended(call, room: default(RoomId)));
        }

        await _recorder.StopAsync(CancellationToken.None);
        Assert.Equal((0, 0L), (_recorder.Waiting, _recorder.Dropped));
        await _storage.DisposeAsync();
        _storage = await _folder.OpenAsync();
        IReadOnlyList<CallRecord> kept = await ReadAsync();
        Assert.Equal(calls.Select(c => c.Id), kept.Select(c => c.Id));
        Assert.All(kept, call => Assert.Equal(CallEnd.CallerHungUp, call.End));
    }

    [Fact]
    public async Task Calls_of_a_run_that_died_are_closed_at_the_next_start()
    {
        CallRecord call = SampleCalls.Arrived();
        await _storage.Calls.PutAsync([call]);
        await _recorder.StartAsync(CancellationToken.None);
        CallRecord now = SampleCalls.Arrived(DataFolder.Wall.AddDays(1));
        _recorder.OnBegun(now);
        await _recorder.StopAsync(CancellationToken.None);
        Assert.Equal([call with { End = CallEnd.BridgeDied }, now], await ReadAsync());
    }

    [Fact]
    public async Task A_locked_database_loses_nothing_is_shown_and_gets_everything_when_it_is_free()
    {
        await _recorder.StartAsync(CancellationToken.None);
        await WaitUntilAsync(() => Health.State == HealthState.Up);
        CallRecord[] calls = [.. Enumerable.Range(0, 300).Select(i => SampleCalls.Ended(SampleCalls.Arrived(DataFolder.Wall.AddSeconds(i))))];
        await using (await LockAsync())
        {
            foreach (CallRecord call in calls)
            {
                _recorder.OnEnded(call);        // returns at once: there is nothing in it to wait for
            }

            await WaitUntilAsync(() => Health.State == HealthState.Degraded);
            Assert.Equal((300, 0L), (_recorder.Waiting, _recorder.Dropped));
            Assert.Empty(await ReadAsync());
        }

        await WaitUntilAsync(() => _recorder.Waiting == 0);
        Assert.Equal(calls, await ReadAsync());
        await WaitUntilAsync(() => Health.State == HealthState.Up);
    }

    [Fact]
    public async Task A_full_queue_counts_what_it_does_not_take_and_keeps_its_second_half_for_ends()
    {
        // Nobody writes yet: the queue alone is looked at.
        for (int i = 0; i < CallRecorder.Capacity; i++)
        {
            _recorder.OnBegun(SampleCalls.Arrived(DataFolder.Wall.AddMilliseconds(i)));
        }

        Assert.Equal((CallRecorder.Capacity / 2, 0L), (_recorder.Waiting, _recorder.Dropped));
        for (int i = 0; i < CallRecorder.Capacity; i++)
        {
            _recorder.OnEnded(SampleCalls.Ended(SampleCalls.Arrived(DataFolder.Wall.AddDays(1))));
        }

        Assert.Equal((CallRecorder.Capacity, CallRecorder.Capacity / 2), (_recorder.Waiting, _recorder.Dropped));
        await using (await LockAsync())
        {
            await _recorder.StartAsync(CancellationToken.None);
            await WaitUntilAsync(() => Health.State == HealthState.Down);
            Assert.Contains("lost", Health.Reason, StringComparison.Ordinal);
        }

        await WaitUntilAsync(() => _recorder.Waiting == 0 && Health.State == HealthState.Up);
        Assert.Equal(CallRecorder.Capacity, (await ReadAsync()).Count);
    }

    [Fact]
    public void Strangers_who_are_refused_get_so_many_records_a_minute_and_no_more()
    {
        CallRecord stranger = SampleCalls.Arrived(trunk: CallRouting.Stranger) with { End = CallEnd.Refused, SipStatus = 403 };
        for (int i = 0; i < CallRecorder.StrangersPerMinute + 5; i++)
        {
            _recorder.OnEnded(stranger);
        }

        Assert.Equal((CallRecorder.StrangersPerMinute, 5L, 0L), (_recorder.Waiting, _recorder.StrangersPassedOver, _recorder.Dropped));
        _recorder.OnEnded(stranger with { ArrivedAt = stranger.ArrivedAt.AddMinutes(1) });
        _recorder.OnEnded(stranger with { Trunk = "carrier" });
        Assert.Equal(CallRecorder.StrangersPerMinute + 2, _recorder.Waiting);
    }

    private static CallTraceRecorder NoLadders(TimeProvider time) => new(
        Options.Create(new TelemetryOptions { CallTraces = new CallTraceOptions { Calls = 0 } }), time, NullLogger<CallTraceRecorder>.Instance);

    [Fact]
    public async Task A_sheet_hands_in_one_beginning_and_one_end_with_the_first_reason()
    {
        FakeTimeProvider time = new(DataFolder.Wall);
        CallSheet sheet = new(_recorder, NoLadders(time), "c", time, at => SampleCalls.Arrived(at) with { Leg = null });
        sheet.OnAdmitted(new LegId(5));
        sheet.OnCodec("PCMA");
        time.Advance(TimeSpan.FromMilliseconds(20));
        sheet.OnAnswered();
        RoomId room = RoomId.NewRandom();
        sheet.OnEntered(room, Role.Participant);
        time.Advance(TimeSpan.FromSeconds(10));
        sheet.OnEnded(CallEnd.RoomLocked, new LegQuality { PacketsReceived = 75, PacketsLost = 25, JitterMs = 2.04, RFactor = 80.04 });
        sheet.OnEnded(CallEnd.Fault, null);
        CallSheet refused = new(_recorder, NoLadders(time), "c", time, at => SampleCalls.Arrived(at) with { Leg = null });
        refused.OnRefused(404);
        Assert.Equal(3, _recorder.Waiting);
        await _recorder.StartAsync(CancellationToken.None);
        await _recorder.StopAsync(CancellationToken.None);
        IReadOnlyList<CallRecord> kept = await ReadAsync();
        Assert.Equal(
            SampleCalls.Arrived(DataFolder.Wall) with
            {
                Id = kept[0].Id,
                Leg = 5,
                AnsweredAt = DataFolder.Wall.AddMilliseconds(20),
                EndedAt = DataFolder.Wall.AddMilliseconds(10_020),
                SetupMs = 20,
                Room = room,
                Role = Role.Participant,
                Codec = "PCMA",
                End = CallEnd.RoomLocked,
                LossPercent = 25,
                JitterMs = 2,
                RFactor = 80,
            },
            kept[0]);
        Assert.Equal((CallEnd.Refused, 404, null, null), (kept[1].End, kept[1].SipStatus, kept[1].AnsweredAt, kept[1].Leg));
    }

    [Fact]
    public async Task Records_are_deleted_at_the_start_and_every_day_once_they_are_old_enough()
    {
        FakeTimeProvider time = new(DataFolder.Wall);
        CallRecord old = SampleCalls.Ended(SampleCalls.Arrived(DataFolder.Wall.AddDays(-10).AddSeconds(-1)));
        CallRecord young = SampleCalls.Ended(SampleCalls.Arrived(DataFolder.Wall.AddDays(-9.5)));
        CallRecord fresh = SampleCalls.Ended(SampleCalls.Arrived(DataFolder.Wall));
        await _storage.Calls.PutAsync([old, young, fresh]);
        using CallRetention retention = new(
            _storage.Calls, Options.Create(new StorageOptions { CallRecordDays = 10 }), time, NullLogger<CallRetention>.Instance);
        await retention.StartAsync(CancellationToken.None);
        await WaitUntilAsync(async () => (await ReadAsync()).SequenceEqual([young, fresh]));
        await WaitUntilAsync(async () =>
        {
            time.Advance(TimeSpan.FromHours(1));        // its timer may not be armed yet when the first rows are gone
            return (await ReadAsync()).SequenceEqual([fresh]);
        });
        await retention.StopAsync(CancellationToken.None);
    }

    private CallRecorder NewRecorder() => new(_storage.Calls, _health, TimeProvider.System, NullLogger<CallRecorder>.Instance);

    private Task<IReadOnlyList<CallRecord>> ReadAsync() =>
        _storage.Calls.ReadAsync(new CallFilter(), null, 2 * CallRecorder.Capacity, TestContext.Current.CancellationToken);

    /// <summary>Another program that holds the database's only right to write, until it is disposed.</summary>
    private async Task<SqliteConnection> LockAsync()
    {
        SqliteConnection other = new($"Data Source={_folder.Database};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using SqliteCommand begin = other.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        await begin.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return other;
    }

    private static Task WaitUntilAsync(Func<bool> condition) => WaitUntilAsync(() => Task.FromResult(condition()));

    private static async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
