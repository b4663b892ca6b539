namespace PhoneBridge.Benchmarks.Leak;

/// <summary>Who may be heard by whom, by what was commanded and confirmed. Pure: slots in, answers out.</summary>
/// <param name="legs">How many legs.</param>
internal sealed class LeakPermissions(int legs)
{
    /// <summary>
    /// How long somebody may still be heard where he was moved away from [slots]: a tick until the command is obeyed, and one in which
    /// a loop hands him over. For mutes there is no such time: from the confirmation on nothing may be heard.
    /// </summary>
    public const int MoveSlots = 40;

    private readonly int[] _conference = new int[legs];
    private readonly bool[] _isOpen = new bool[legs];
    private readonly bool[] _mayHear = new bool[legs * legs];
    private readonly long[] _until = new long[legs * legs];

    /// <summary>The conference of a leg; 0 for none.</summary>
    public int ConferenceOf(int leg) => _conference[leg];

    /// <summary>A leg was told to move: into a conference, or out of any.</summary>
    /// <param name="leg">The leg.</param>
    /// <param name="conference">Where to; 0 for nowhere.</param>
    /// <param name="isOpen">Its microphone is open from now on.</param>
    /// <param name="slot">Slot now.</param>
    public void Move(int leg, int conference, bool isOpen, long slot)
    {
        (_conference[leg], _isOpen[leg]) = (conference, isOpen);
        Fill(slot, MoveSlots);
    }

    /// <summary>A microphone was told to open: it may be heard at once.</summary>
    public void Open(int leg, long slot)
    {
        _isOpen[leg] = true;
        Fill(slot, 0);
    }

    /// <summary>It was confirmed that a microphone is closed.</summary>
    public void Close(int leg, long slot)
    {
        _isOpen[leg] = false;
        Fill(slot, 0);
    }

    /// <summary>Whether one may hear another now.</summary>
    public bool MayHear(int listener, int talker, long slot)
    {
        int pair = (listener * legs) + talker;
        return _mayHear[pair] || slot <= _until[pair];
    }

    private void Fill(long slot, int grace)
    {
        for (int listener = 0; listener < legs; listener++)
        {
            for (int talker = 0; talker < legs; talker++)
            {
                int pair = (listener * legs) + talker;
                bool may = listener != talker && _conference[listener] != 0 && _conference[listener] == _conference[talker] && _isOpen[talker];
                if (_mayHear[pair] && !may && grace > 0)
                {
                    _until[pair] = slot + grace;
                }

                _mayHear[pair] = may;
            }
        }
    }
}
