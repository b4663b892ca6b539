namespace PhoneBridge.Sip.Calls;

/// <summary>The 2xx to INVITEs of one call whose ACKs have not come: the first, and those to re-INVITEs.</summary>
internal sealed class UnacknowledgedAnswers
{
    private readonly List<UnacknowledgedAnswer> _answers = [];

    /// <summary>None is left.</summary>
    public bool IsEmpty => _answers.Count == 0;

    /// <summary>One of them carries an offer of ours.</summary>
    public bool HasOffer => _answers.Exists(static answer => answer.CarriesOffer);

    /// <summary>When one of them wants waking; <see cref="TimeSpan.MaxValue"/> when there is none.</summary>
    public TimeSpan Deadline
    {
        get
        {
            TimeSpan next = TimeSpan.MaxValue;
            foreach (UnacknowledgedAnswer answer in _answers)
            {
                next = answer.Deadline < next ? answer.Deadline : next;
            }

            return next;
        }
    }

    /// <summary>Adds one that was just sent.</summary>
    public void Add(UnacknowledgedAnswer answer) => _answers.Add(answer);

    /// <summary>Gives all of them up.</summary>
    public void Clear() => _answers.Clear();

    /// <summary>Takes out the one that an ACK belongs to; null for an ACK repeated, because our 2xx crossed the first one.</summary>
    public UnacknowledgedAnswer? Take(uint sequence)
    {
        int index = _answers.FindIndex(answer => answer.Invite.Request.CSeq.Number == sequence);
        if (index < 0)
        {
            return null;
        }

        UnacknowledgedAnswer taken = _answers[index];
        _answers.RemoveAt(index);
        return taken;
    }

    /// <summary>Sends again what is due.</summary>
    /// <returns>False when nothing more is to be hoped for from one of them.</returns>
    public bool TryRepeat(SipUserAgent agent, TimeSpan now)
    {
        for (int i = _answers.Count - 1; i >= 0; i--)
        {
            UnacknowledgedAnswer answer = _answers[i];
            if (now >= answer.GiveUpAt)
            {
                return false;
            }

            if (answer.TakeRepeat(now))
            {
                agent.Respond(answer.Invite, answer.Response, now);
            }
        }

        return true;
    }
}
