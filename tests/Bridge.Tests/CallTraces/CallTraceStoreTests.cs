using System.Globalization;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Tests.CallRecords;

namespace PhoneBridge.Bridge.Tests.CallTraces;

/// <summary>Which ladders are kept, and how much of them.</summary>
[Trait("Req", "LADDER")]
public sealed class CallTraceStoreTests
{
    [Fact]
    public void Of_a_long_call_the_beginning_and_the_end_are_kept_and_the_middle_is_counted()
    {
        CallTraceStore store = new(new CallTraceOptions { MessagesPerCall = 10 });
        CallRecord call = Begin(store, "long");
        for (int i = 2; i <= 30; i++)
        {
            See(store, "long", "INFO", i);
        }

        CallLadder ladder = store.Read(call.Id)!;
        Assert.Equal((10, 20L), (ladder.Messages.Count, ladder.MessagesDropped));
        Assert.Equal([1, 2, 3, 4, 5, 0, 26, 27, 28, 29, 30], Ladder.Lines(ladder).Select(line => line.Message is { } m ? NumberOf(m) : 0));
        Assert.Contains("20 messages are missing here", LadderText.Write(ladder, LadderTexts.English), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_again_is_kept_once_and_said()
    {
        CallTraceStore store = new(new CallTraceOptions());
        CallRecord call = Begin(store, "twice");
        long before = store.Bytes;
        See(store, "twice", "INVITE", 1);
        IReadOnlyList<TracedMessage> messages = store.Read(call.Id)!.Messages;
        Assert.True(messages[1].IsRepeated);
        Assert.Same(messages[0].Text, messages[1].Text);
        Assert.InRange(store.Bytes - before, 1, 300);
    }

    [Fact]
    public void The_oldest_ended_calls_go_and_running_ones_stay()
    {
        CallTraceStore store = new(new CallTraceOptions { Calls = 3 });
        CallRecord running = Begin(store, "running");
        CallRecord[] ended = [.. Enumerable.Range(0, 5).Select(i => End(store, Begin(store, $"e{i}")))];
        Assert.NotNull(store.Read(running.Id));
        Assert.Equal([false, false, true, true, true], ended.Select(call => store.Read(call.Id) is not null));
        Assert.Equal(CallEnd.CallerHungUp, store.Read(ended[4].Id)!.Record.End);

        // What comes after the end belongs to it all the same: the answer to a BYE.
        See(store, "e4", "BYE", 2);
        Assert.Equal(2, store.Read(ended[4].Id)!.Messages.Count);
    }

    [Fact]
    public void Strangers_and_what_never_becomes_a_call_do_not_drive_out_calls()
    {
        CallTraceStore store = new(new CallTraceOptions { Calls = 20 });
        CallRecord call = End(store, Begin(store, "call"));
        for (int i = 0; i < 100; i++)
        {
            End(store, Begin(store, $"stranger{i}", CallRouting.Stranger), CallEnd.Refused);
            See(store, $"nothing{i}", "INVITE", 1);
        }

        Assert.NotNull(store.Read(call.Id));
        Assert.InRange(store.Bytes, 1, 20_000);
    }

    [Fact]
    public void One_Call_ID_for_every_call_does_not_grow_without_end()
    {
        CallTraceStore store = new(new CallTraceOptions { MessagesPerCall = 10 });
        CallRecord[] calls = [.. Enumerable.Range(0, 20).Select(_ => End(store, Begin(store, "same")))];
        Assert.Equal(8, calls.Count(call => store.Read(call.Id) is not null));
        Assert.NotNull(store.Read(calls[^1].Id));

        // Also while they run.
        CallRecord[] running = [.. Enumerable.Range(0, 20).Select(_ => Begin(store, "running"))];
        Assert.Equal(8, running.Count(call => store.Read(call.Id) is not null));
        Assert.All(running, call => End(store, call));
    }

    [Fact]
    public void Marks_are_kept_in_order_and_bounded()
    {
        CallTraceStore store = new(new CallTraceOptions { MessagesPerCall = 10 });
        CallRecord call = Begin(store, "marks");
        for (int i = 0; i < 30; i++)
        {
            store.Add(call.Id, new CallMark(default, CallMarkKind.Muted, i.ToString(CultureInfo.InvariantCulture)));
        }

        Assert.Equal(["0", "1", "2", "3", "4", "25", "26", "27", "28", "29"], store.Read(call.Id)!.Marks.Select(mark => mark.Detail));
    }

    [Fact]
    public void Memory_is_bounded_also_when_all_calls_run()
    {
        CallTraceStore store = new(new CallTraceOptions { Calls = 100, Megabytes = 1, MessagesPerCall = 1000 });
        CallRecord ended = End(store, Begin(store, "ended"));
        CallRecord[] running = [.. Enumerable.Range(0, 10).Select(i => Begin(store, $"r{i}"))];
        for (int i = 2; i < 400; i++)
        {
            foreach (int call in Enumerable.Range(0, 10))
            {
                See(store, $"r{call}", "INFO", i);
            }
        }

        Assert.Null(store.Read(ended.Id));
        Assert.InRange(store.Bytes, 1_000_000, (1 << 20) + 5000);
        Assert.All(running, call => Assert.True(store.Read(call.Id)!.MessagesDropped > 0));
        foreach (CallRecord call in running)
        {
            End(store, call);
        }

        See(store, "new", "INVITE", 1);
        Assert.InRange(store.Bytes, 1, 1 << 20);
    }

    [Fact]
    public void Messages_of_no_call_are_not_kept()
    {
        CallTraceStore store = new(new CallTraceOptions());
        Assert.Null(store.Find(Messages.Request("other", "OPTIONS")));
        Assert.Null(store.Find(Messages.Request("other", "BYE")));
        Assert.Equal(0, store.Bytes);
    }

    private static CallRecord Begin(CallTraceStore store, string callId, string trunk = "carrier")
    {
        CallRecord record = SampleCalls.Arrived(trunk: trunk);
        See(store, callId, "INVITE", 1);
        store.Begin(callId, record);
        return record;
    }

    private static CallRecord End(CallTraceStore store, CallRecord record, CallEnd end = CallEnd.CallerHungUp)
    {
        CallRecord ended = SampleCalls.Ended(record, end);
        store.End(ended);
        return ended;
    }

    private static void See(CallTraceStore store, string callId, string method, int number)
    {
        SeenMessage message = Messages.Request(callId, method, number);
        if (store.Find(message) is { } trace)
        {
            store.Add(trace, message, MessageRedaction.Redact(message, trace.Hidden));
        }
    }

    private static int NumberOf(TracedMessage message) => int.Parse(
        System.Text.RegularExpressions.Regex.Match(System.Text.Encoding.UTF8.GetString(message.Text), "CSeq: ([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
}
