namespace PhoneBridge.Mixer.Loop;

/// <summary>Messages kept for later, in order. A message is in one list at a time and is its own node.</summary>
internal struct MessageList
{
    private LoopMessage? _first, _last;

    /// <summary>Adds one at the end.</summary>
    public void Append(LoopMessage message)
    {
        if (_last is null)
        {
            _first = message;
        }
        else
        {
            _last.Next = message;
        }

        _last = message;
    }

    /// <summary>Empties the list and hands out its first message, the others linked behind it.</summary>
    public LoopMessage? TakeAll()
    {
        LoopMessage? first = _first;
        _first = _last = null;
        return first;
    }

    /// <summary>Unlinks a message from the one behind it.</summary>
    /// <returns>The one behind it.</returns>
    public static LoopMessage? Split(LoopMessage message)
    {
        LoopMessage? next = message.Next;
        message.Next = null;
        return next;
    }
}
