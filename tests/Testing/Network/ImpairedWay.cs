using System.Diagnostics.CodeAnalysis;

namespace PhoneBridge.Testing.Network;

/// <summary>One direction of a bad network: datagrams go in, and come out when it is their time. A core: no socket, no clock. Any thread.</summary>
internal sealed class ImpairedWay(ImpairmentModel model)
{
    /// <summary>A datagram that is held back leaves after so long when no follower comes.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<byte[], (TimeSpan Due, long Order)> _underWay = new();
    private byte[][]? _heldBack;
    private TimeSpan _heldUntil, _stalledUntil, _lastDue;
    private ProxyCounts _counts;
    private long _order;

    /// <summary>What it did so far.</summary>
    public ProxyCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    /// <summary>Takes a datagram.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="now">Time now.</param>
    /// <param name="isPaused">An outage: it is lost.</param>
    public void Take(ReadOnlySpan<byte> datagram, TimeSpan now, bool isPaused)
    {
        lock (_gate)
        {
            Fate fate = model.Next(datagram.Length);
            _counts = _counts with { Received = _counts.Received + 1 };
            if (fate.StallsFor > TimeSpan.Zero && now >= _stalledUntil)
            {
                _stalledUntil = now + fate.StallsFor;
            }

            if (fate.Copies == 0 || isPaused)
            {
                _counts = _counts with { Lost = _counts.Lost + 1 };
                return;
            }

            byte[] copy = Damage(datagram, fate);
            byte[][] copies = [.. Enumerable.Repeat(copy, fate.Copies)];
            if (fate.IsHeldBack && _heldBack is null)
            {
                (_heldBack, _heldUntil) = (copies, now + fate.Delay + LongestHold);
                return;
            }

            Enqueue(copies, now + fate.Delay);
            if (_heldBack is { } late)
            {
                _heldBack = null;
                Enqueue(late, now + fate.Delay);
            }
        }
    }

    /// <summary>Gives the next datagram that has arrived by now.</summary>
    /// <returns>False when none has.</returns>
    public bool TryDeliver(TimeSpan now, [NotNullWhen(true)] out byte[]? datagram)
    {
        lock (_gate)
        {
            if (_heldBack is { } alone && now >= _heldUntil)
            {
                _heldBack = null;
                Enqueue(alone, _heldUntil);
            }

            if (now < _stalledUntil || !_underWay.TryPeek(out _, out (TimeSpan Due, long Order) next) || next.Due > now)
            {
                datagram = null;
                return false;
            }

            datagram = _underWay.Dequeue();
            _counts = _counts with { Delivered = _counts.Delivered + 1 };
            return true;
        }
    }

    private void Enqueue(byte[][] copies, TimeSpan due)
    {
        _lastDue = model.KeepsOrder && _lastDue > due ? _lastDue : due;
        foreach (byte[] copy in copies)
        {
            _underWay.Enqueue(copy, (_lastDue, _order++));
        }
    }

    private static byte[] Damage(ReadOnlySpan<byte> datagram, Fate fate)
    {
        byte[] copy = datagram[..fate.Length].ToArray();
        if (fate.FlippedBit >= 0 && fate.FlippedBit / 8 < copy.Length)
        {
            copy[fate.FlippedBit / 8] ^= (byte)(1 << (fate.FlippedBit % 8));
        }

        return copy;
    }
}
