using PhoneBridge.Bridge.Api.Events;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Tests.Api;

public sealed class EventLogTests
{
    private readonly EventLog _log = new(capacity: 3);

    [Fact]
    public void A_reader_gets_what_is_appended_in_order_and_then_nothing()
    {
        EventPosition position = _log.End();
        MeetingUpdate[] updates = [Update(1), Update(2)];
        Array.ForEach(updates, _log.Append);
        Assert.Equal(updates, ReadAll(ref position));
        Assert.Equal(EventRead.Nothing, _log.Read(ref position, out _, out _));
    }

    [Fact]
    public void A_waiting_reader_is_woken_by_the_next_event()
    {
        EventPosition position = _log.End();
        _log.Read(ref position, out _, out Task more);
        Assert.False(more.IsCompleted);
        _log.Append(Update(1));
        Assert.True(more.IsCompleted);
    }

    [Fact]
    public void Who_is_slower_than_the_ring_is_told_that_events_are_gone()
    {
        EventPosition first = _log.End();
        _log.Append(Update(1));
        EventPosition second = _log.End();
        for (int revision = 2; revision <= 4; revision++)
        {
            _log.Append(Update(revision));
        }

        Assert.Equal(EventRead.Gone, _log.Read(ref first, out _, out _));
        Assert.Equal([2L, 3, 4], ReadAll(ref second).Select(u => u.Event!.Revision));
    }

    [Fact]
    public void After_a_restart_old_positions_are_gone_and_waiting_readers_woken()
    {
        EventPosition position = _log.End();
        _log.Append(Update(1));
        EventPosition waiting = _log.End();
        _log.Read(ref waiting, out _, out Task more);
        _log.Restart();
        Assert.True(more.IsCompleted);
        Assert.Equal(EventRead.Gone, _log.Read(ref position, out _, out _));
        Assert.Equal(EventRead.Gone, _log.Read(ref waiting, out _, out _));
    }

    [Fact]
    public void The_id_of_an_event_resumes_right_behind_it()
    {
        EventPosition position = _log.End();
        _log.Append(Update(1));
        _log.Append(Update(2));
        _log.Read(ref position, out _, out _);
        Assert.True(EventPosition.TryParse(position.ToString(), out EventPosition resumed));
        Assert.Equal([2L], ReadAll(ref resumed).Select(u => u.Event!.Revision));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-5")]
    [InlineData("5")]
    [InlineData("abc-")]
    [InlineData("abc-x")]
    [InlineData("abc--1")]
    [InlineData("abc-9223372036854775807")]
    [InlineData("abc-99999999999999999999")]
    public void A_broken_id_is_no_position(string text) => Assert.False(EventPosition.TryParse(text, out _));

    [Theory]
    [InlineData("abc-1")] // of another run of the bridge
    [InlineData("{epoch}-500")] // of the future
    public void A_strange_id_is_gone(string text)
    {
        _log.Append(Update(1));
        Assert.True(EventPosition.TryParse(text.Replace("{epoch}", _log.Epoch, StringComparison.Ordinal), out EventPosition position));
        Assert.Equal(EventRead.Gone, _log.Read(ref position, out _, out _));
    }

    private static MeetingUpdate Update(long revision) =>
        new(RoomId.NewRandom(), MeetingId.NewRandom(), null, new MeetingStarted(revision, default, Actor.Bridge));

    private List<MeetingUpdate> ReadAll(ref EventPosition position)
    {
        List<MeetingUpdate> updates = [];
        while (_log.Read(ref position, out MeetingUpdate? update, out _) == EventRead.Event)
        {
            updates.Add(update!);
        }

        return updates;
    }
}
