using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Tests.Loop;

public sealed class LoopInboxTests
{
    [Fact]
    public void Messages_of_each_sender_come_out_in_order_and_none_is_lost_while_the_reader_sleeps_and_wakes()
    {
        const int Senders = 3, Each = 20_000;
        using LoopInbox inbox = new();
        Thread[] senders = [.. Enumerable.Range(0, Senders).Select(sender => new Thread(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                inbox.Post(new Numbered(sender, i));
            }
        }))];
        Array.ForEach(senders, sender => sender.Start());

        bool stopping = false;
        int[] next = new int[Senders];
        while (next.Sum() < Senders * Each)
        {
            inbox.Sleep(ref stopping);
            for (LoopMessage? message = inbox.TakeAll(); message is not null; message = message.Next)
            {
                Numbered numbered = (Numbered)message;
                Assert.Equal(next[numbered.Sender]++, numbered.Number);
            }
        }

        Array.ForEach(senders, sender => sender.Join());
        Assert.False(inbox.HasMail);
    }

    [Fact]
    public void A_reader_that_is_to_stop_does_not_sleep()
    {
        using LoopInbox inbox = new();
        bool stopping = true;
        inbox.Sleep(ref stopping);
        Assert.Null(inbox.TakeAll());
    }

    private sealed class Numbered(int sender, int number) : LoopMessage(null)
    {
        public int Sender { get; } = sender;

        public int Number { get; } = number;

        public override void Apply(LoopCore loop)
        {
        }
    }
}
