namespace PhoneBridge.Testing.Phones;

/// <summary>One telephone-event packet with what its sender and the network will do to it.</summary>
/// <param name="Content">The packet.</param>
/// <param name="Copies">How often it arrives: 0 when it gets lost, 2 when it is doubled.</param>
/// <param name="IsLate">It arrives after its follower.</param>
/// <param name="KeepsVoice">A voice packet leaves beside it.</param>
internal sealed record KeyTransmission(KeyPacket Content, int Copies, bool IsLate, bool KeepsVoice);

/// <summary>Keys that wait to be sent, one frame after the other.</summary>
/// <remarks>Not thread safe: used under the lock of its phone.</remarks>
internal sealed class KeyQueue
{
    private readonly Queue<Key> _waiting = new();
    private Key? _current;
    private int _frame;

    /// <summary>RTP timestamp at which the current key began.</summary>
    public uint KeyTimestamp { get; private set; }

    /// <summary>Lines up keys.</summary>
    /// <returns>Done when the last one is sent and its pause is over.</returns>
    public Task Add(string keys, KeyPress press, int frameMs)
    {
        Task last = Task.CompletedTask;
        Random faults = new(press.Seed);
        foreach (char key in keys)
        {
            if (KeySchedule.EventOf(key) < 0)
            {
                throw new ArgumentException("Keys are 0-9, *, # and A-D.", nameof(keys));
            }

            KeyTransmission[] packets =
            [
                .. KeySchedule.Of(key, press, frameMs).Select(packet => new KeyTransmission(
                    packet,
                    faults.NextDouble() < press.Loss ? 0 : faults.NextDouble() < press.Duplication ? 2 : 1,
                    faults.NextDouble() < press.Reordering,
                    press.KeepsVoice)),
            ];
            Key next = new(packets, KeySchedule.Frames(press, frameMs));
            _waiting.Enqueue(next);
            last = next.Done.Task;
        }

        return last;
    }

    /// <summary>Moves one frame on.</summary>
    /// <param name="timestamp">RTP timestamp of this frame.</param>
    /// <param name="packet">The key packet of this frame; null in a pause.</param>
    /// <returns>False when no key is under way.</returns>
    public bool TryTakeFrame(uint timestamp, out KeyTransmission? packet)
    {
        packet = null;
        if (_current is null)
        {
            if (!_waiting.TryDequeue(out _current))
            {
                return false;
            }

            _frame = 0;
            KeyTimestamp = timestamp;
        }

        packet = Array.Find(_current.Packets, candidate => candidate.Content.Frame == _frame);
        _frame++;
        if (_frame >= _current.Frames)
        {
            _current.Done.TrySetResult();
            _current = null;
        }

        return true;
    }

    /// <summary>The phone is gone: nobody needs to wait for its keys.</summary>
    public void Abandon()
    {
        _current?.Done.TrySetCanceled();
        foreach (Key key in _waiting)
        {
            key.Done.TrySetCanceled();
        }

        _waiting.Clear();
    }

    private sealed record Key(KeyTransmission[] Packets, int Frames)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
