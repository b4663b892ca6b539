using PhoneBridge.Mixer.Recording;
using PhoneBridge.Testing.Memory;

namespace PhoneBridge.Mixer.Tests.Recording;

public sealed class RecordingTapTests
{
    [Theory]
    [InlineData(8000, false)]
    [InlineData(48000, true)]
    public void Between_two_threads_every_frame_arrives_once_whole_and_in_order_or_is_counted(int rateHz, bool readerPauses)
    {
        const int Frames = 40_000;
        RecordingTap tap = new(new RecordingId(1), rateHz);
        int length = rateHz / 50;
        long written = 0, offered = 0, read = 0, last = -1;
        Thread producer = new(() =>
        {
            // However the two are scheduled: until the reader had a good part of it while this one wrote.
            short[] frame = new short[length];
            for (; offered < Frames || Volatile.Read(ref read) < Frames / 5; offered++)
            {
                Array.Fill(frame, (short)offered);
                if (tap.TryWrite(frame, offered))
                {
                    written++;
                }
                else
                {
                    Thread.Yield();
                }
            }

            tap.Complete();
        });
        producer.Start();

        bool isComplete;
        do
        {
            isComplete = tap.IsComplete;
            while (tap.TryPeek(out ReadOnlySpan<short> frame, out long number))
            {
                if (number <= last || frame.Length != length || frame.ContainsAnyExcept((short)number))
                {
                    Assert.Fail($"Frame {number} after {last} is not what was written.");
                }

                last = number;
                Volatile.Write(ref read, read + 1);
                tap.Take();
                if (readerPauses && read % 1000 == 0)
                {
                    Thread.SpinWait(50_000);
                }
            }
        }
        while (!isComplete);

        producer.Join();
        Assert.Equal(written, read);
        Assert.Equal(offered, read + tap.FramesLost);
        Assert.Equal(offered, tap.Now);
        Assert.Equal(0, tap.Start);
    }

    [Fact]
    public void A_full_ring_loses_the_new_frame_counts_it_and_keeps_the_old_ones()
    {
        RecordingTap tap = new(new RecordingId(1), 8000);
        for (int i = 0; i < RecordingTap.Capacity; i++)
        {
            Assert.True(tap.TryWrite(new short[160], 1000 + i));
        }

        Assert.False(tap.TryWrite(new short[160], 1128));
        Assert.False(tap.TryWrite(new short[160], 1129));
        Assert.Equal(2, tap.FramesLost);
        Assert.Equal(RecordingTap.Capacity, tap.Waiting);
        Assert.Equal(1130, tap.Now);

        Assert.True(tap.TryPeek(out _, out long number));
        Assert.Equal(1000, number);
        tap.Take();
        Assert.True(tap.TryWrite(new short[160], 1130));
        Assert.Equal(2, tap.FramesLost);
    }

    [Fact]
    public void The_producer_allocates_nothing_whether_there_is_room_or_not()
    {
        RecordingTap tap = new(new RecordingId(1), 16000);
        short[] frame = new short[320];
        tap.TryWrite(frame, 0);
        tap.WriteSilence(1);
        int number = 2;
        long allocated = AllocationMeter.Of(() =>
        {
            for (int end = number + 1000; number < end; number++)
            {
                tap.TryWrite(frame, number);
                tap.TryWrite([], number);
                tap.WriteSilence(number);
            }
        });

        Assert.Equal(0, allocated);
        Assert.True(tap.FramesLost > 800);
    }

    [Fact]
    public void A_frame_of_another_rate_or_a_number_that_was_before_is_refused_and_counted()
    {
        RecordingTap tap = new(new RecordingId(1), 8000);
        Assert.True(tap.TryWrite(new short[160], 10));
        Assert.False(tap.TryWrite(new short[320], 11));
        Assert.False(tap.TryWrite(new short[160], 9));
        Assert.Equal(2, tap.FramesRefused);
        Assert.Equal(1, tap.Waiting);
    }

    [Fact]
    public void Two_frames_of_one_number_are_both_taken_as_when_a_leg_changes_its_phase()
    {
        RecordingTap tap = new(new RecordingId(1), 8000);
        long[] offered = [5, 6, 6, 7, 8, 10, 11];        // borrowed at the second 6, given back at the missing 9
        Assert.All(offered, number => Assert.True(tap.TryWrite(new short[160], number)));
        List<long> taken = [];
        while (tap.TryPeek(out _, out long number))
        {
            taken.Add(number);
            tap.Take();
        }

        Assert.Equal([5, 6, 7, 8, 9, 10, 11], taken);
    }

    [Fact]
    public void What_comes_after_the_stop_is_not_recorded_and_not_lost()
    {
        RecordingTap tap = new(new RecordingId(1), 8000);
        tap.TryWrite(new short[160], 5);
        tap.Stop();
        Assert.False(tap.TryWrite(new short[160], 6));
        tap.WriteSilence(7);
        tap.Stop();
        Assert.Equal((6L, 6L, 0L, true), (tap.Now, tap.StopAt, tap.FramesLost, tap.IsComplete));
    }

    [Fact]
    public void Frame_numbers_are_those_of_the_timetable()
    {
        TimeSpan deadline = TimeSpan.FromHours(30) + TimeSpan.FromMilliseconds(7);
        long number = RecordingTap.FrameNumberAt(deadline);
        Assert.Equal(number + 1, RecordingTap.FrameNumberAt(deadline + TimeSpan.FromMilliseconds(20)));
        Assert.Equal(number, RecordingTap.FrameNumberAt(deadline + TimeSpan.FromMilliseconds(12)));
        Assert.Equal(number + 1, RecordingTap.FrameNumberAt(deadline + TimeSpan.FromMilliseconds(13)));
    }
}
