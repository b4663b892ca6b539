namespace PhoneBridge.Bridge.Trunks;

/// <summary>What the answers to our OPTIONS say of a peer.</summary>
internal enum PeerVerdict
{
    /// <summary>Not enough answers yet.</summary>
    Unknown,

    /// <summary>It lives.</summary>
    Up,

    /// <summary>It does not answer, or says that it is not to be used.</summary>
    Down,
}

/// <summary>Decides whether a peer lives, slowly enough that one lost answer changes nothing: three failures are down, two answers up again.</summary>
/// <remarks>Pure. Owned by one task; the verdict may be read anywhere.</remarks>
internal sealed class PeerHealth
{
    private const int FailuresToDown = 3;
    private const int AnswersToUp = 2;

    private volatile PeerVerdict _verdict;
    private int _contrary;

    /// <summary>What is believed now.</summary>
    public PeerVerdict Verdict => _verdict;

    /// <summary>Whether the last answers say something else than the verdict, so that the next one is wanted soon.</summary>
    public bool IsInDoubt => _contrary > 0;

    /// <summary>Takes the outcome of one round of asking.</summary>
    /// <param name="isAlive">Whether the peer showed a sign of life.</param>
    /// <returns>Whether the verdict changed.</returns>
    public bool Take(bool isAlive)
    {
        if (_verdict == (isAlive ? PeerVerdict.Up : PeerVerdict.Down))
        {
            _contrary = 0;
            return false;
        }

        // The first answer of all is enough: there is nothing to hold on to.
        bool isFirst = _verdict == PeerVerdict.Unknown && isAlive;
        if (!isFirst && ++_contrary < (isAlive ? AnswersToUp : FailuresToDown))
        {
            return false;
        }

        _contrary = 0;
        _verdict = isAlive ? PeerVerdict.Up : PeerVerdict.Down;
        return true;
    }

    /// <summary>Whether that status shows a peer that can be used: any answer but 503, also one that does not like the question.</summary>
    /// <param name="status">Status of a final answer; 0 when none came.</param>
    public static bool IsAlive(int status) => status is not (0 or 503);
}
