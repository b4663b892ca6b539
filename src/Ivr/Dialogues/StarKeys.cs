namespace PhoneBridge.Ivr.Dialogues;

/// <summary>Tells star commands (<c>*6</c>) from single keys, and a star left alone from both.</summary>
/// <remarks>Sans-IO: keys and time in, at most one step out.</remarks>
internal sealed class StarKeys(IvrOptions options)
{
    /// <summary>When a star counts as left alone; <see cref="TimeSpan.MaxValue"/> while none is pending.</summary>
    public TimeSpan Deadline { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Takes one key. True when <paramref name="command"/> is complete: <c>IsStar</c> tells *6 from 6.</summary>
    public bool TryTake(char key, TimeSpan now, out (bool IsStar, char Key) command)
    {
        bool isStar = Deadline != TimeSpan.MaxValue;
        command = (isStar, key);
        if (!isStar && key == '*')
        {
            Deadline = now + options.StarTimeout;
            return false;
        }

        Deadline = TimeSpan.MaxValue;
        return true;
    }

    /// <summary>True once when a star has been left alone: the menu is wanted.</summary>
    public bool TryExpire(TimeSpan now)
    {
        if (now < Deadline)
        {
            return false;
        }

        Deadline = TimeSpan.MaxValue;
        return true;
    }
}
