namespace PhoneBridge.Bridge.Calls;

/// <summary>Looks at each of many once a period, a part of them at a time.</summary>
/// <remarks>
/// A timer for each would wake the loop and allocate as often a second as there are calls; this does so twenty times, and only while
/// there are any. On the loop only. A look that throws is reported by the loop and keeps no other from being made.
/// </remarks>
/// <param name="loop">Makes the looks.</param>
/// <param name="period">From one look at a member to the next.</param>
internal sealed class Rounds(ControlLoop loop, TimeSpan period)
{
    private const int Parts = 20;

    private readonly List<Member>[] _parts = [.. Enumerable.Range(0, Parts).Select(_ => new List<Member>())];
    private int _part;
    private int _members;
    private bool _isArmed;

    /// <summary>Begins to look; the first time a period from now. Disposing ends it, also out of a look.</summary>
    public IDisposable Join(Action look)
    {
        Member member = new(this, _parts[_part], look);
        _members++;
        Arm();
        return member;
    }

    private void Arm()
    {
        if (!_isArmed && _members > 0)
        {
            _isArmed = true;
            loop.At(loop.Now + (period / Parts), OnDue);
        }
    }

    private void OnDue()
    {
        _isArmed = false;
        Arm();
        _part = (_part + 1) % Parts;
        List<Member> members = _parts[_part];
        for (int i = members.Count - 1; i >= 0; i--)
        {
            // From the end: who leaves is replaced by the last, who has been looked at. Several may leave at once.
            if (i < members.Count)
            {
                loop.Guarded(members[i].Look);
            }
        }
    }

    private sealed class Member : IDisposable
    {
        private readonly Rounds _rounds;
        private List<Member>? _part;
        private int _place;

        public Member(Rounds rounds, List<Member> part, Action look)
        {
            _rounds = rounds;
            _part = part;
            _place = part.Count;
            Look = look;
            part.Add(this);
        }

        public Action Look { get; }

        public void Dispose()
        {
            if (_part is not { } part)
            {
                return;
            }

            Member last = part[^1];
            part[_place] = last;
            last._place = _place;
            part.RemoveAt(part.Count - 1);
            _part = null;
            _rounds._members--;
        }
    }
}
