namespace PhoneBridge.Ivr.Dialogues;

/// <summary>Keys that came before anybody could use them: while the call was being answered, or in the pause after a wrong PIN.</summary>
/// <remarks>They may be a PIN: the store is cleared as it is read and prints nothing.</remarks>
internal sealed class TypeAhead
{
    private readonly char[] _keys = new char[32];
    private int _count;

    /// <summary>Whether no key waits.</summary>
    public bool IsEmpty => _count == 0;

    /// <summary>Keeps one key; past 32 keys the rest is dropped, nobody types that far ahead on purpose.</summary>
    public void Add(char key)
    {
        if (_count < _keys.Length)
        {
            _keys[_count++] = key;
        }
    }

    /// <summary>Hands the keys over, in order, and forgets them.</summary>
    public char[] Take()
    {
        char[] taken = _keys[.._count];
        Clear();
        return taken;
    }

    /// <summary>Forgets the keys.</summary>
    public void Clear()
    {
        Array.Clear(_keys);
        _count = 0;
    }
}
