using CsCheck;
using PhoneBridge.Sip.Transactions;

namespace PhoneBridge.Sip.Tests.Transactions;

public sealed class DeadlineQueueTests
{
    [Fact]
    public void It_gives_out_the_earliest_whatever_was_added_moved_and_removed() =>
        Gen.Int[0, 50].Select(Gen.Int[0, 100]).Array[0, 300].Sample(steps =>
        {
            DeadlineQueue<Item> queue = new();
            Item[] items = [.. Enumerable.Range(0, 51).Select(static _ => new Item())];
            foreach ((int index, int at) in steps)
            {
                items[index].Deadline = at > 90 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(at);
                queue.Update(items[index]);
                Assert.Equal(items.Min(static item => item.Deadline), queue.Next);
                Assert.Equal(items.Count(static item => item.Deadline != TimeSpan.MaxValue), queue.Count);
            }

            TimeSpan last = TimeSpan.Zero;
            while (queue.Due(TimeSpan.FromDays(1)) is { } due)
            {
                Assert.True(due.Deadline >= last);
                last = due.Deadline;
                queue.Remove(due);
            }

            Assert.All(items, static item => Assert.Equal(-1, item.QueueIndex));
        });

    private sealed class Item : IDeadline
    {
        public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

        public int QueueIndex { get; set; } = -1;
    }
}
