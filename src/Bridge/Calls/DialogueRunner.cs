using PhoneBridge.Ivr.Dialogues;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Runs a call's dialogue on the control loop: hands inputs and deadlines in, has every action carried out, in order.</summary>
internal sealed class DialogueRunner(CallDialogue dialogue, ControlLoop loop, Action<DialogueAction> carryOut)
{
    private readonly Queue<DialogueInput> _inputs = new();
    private bool _isRunning;
    private bool _isStopped;
    private IDisposable? _timer;
    private TimeSpan _held;
    private TimeSpan? _heldSince;

    /// <summary>The dialogue itself, for its language and state.</summary>
    public CallDialogue Dialogue => dialogue;

    /// <summary>
    /// Stands still while the caller has us on hold: nothing that we say is heard and no key can come, so no time-out of the
    /// dialogue may run (DLG7). What happens meanwhile is still told to it.
    /// </summary>
    public bool IsHeld
    {
        get => _heldSince is not null;
        set
        {
            if (value == IsHeld)
            {
                return;
            }

            if (_heldSince is { } since)
            {
                _held += loop.Now - since;
                _heldSince = null;
            }
            else
            {
                _heldSince = loop.Now;
            }

            Arm();
        }
    }

    // The dialogue's clock: the loop's without the time on hold.
    private TimeSpan Now => (_heldSince ?? loop.Now) - _held;

    /// <summary>Takes one input. An action that causes another input at once is finished first.</summary>
    /// <remarks>After <see cref="Stop"/> nothing: an answer that was under way when the call ended must not arm a deadline for it.</remarks>
    public void Apply(DialogueInput input)
    {
        if (_isStopped)
        {
            return;
        }

        _inputs.Enqueue(input);
        if (_isRunning)
        {
            return;
        }

        _isRunning = true;
        try
        {
            while (!_isStopped && _inputs.TryDequeue(out DialogueInput? next))
            {
                foreach (DialogueAction action in dialogue.Apply(next, Now))
                {
                    carryOut(action);
                }
            }
        }
        finally
        {
            _isRunning = false;
        }

        Arm();
    }

    /// <summary>The call is answered: arms the first deadline of a fresh dialogue.</summary>
    public void Begin()
    {
        dialogue.OnAnswered(Now);
        Arm();
    }

    /// <summary>Arms the next deadline.</summary>
    public void Arm()
    {
        _timer?.Dispose();
        _timer = null;
        if (!_isStopped && !IsHeld && dialogue.Deadline != TimeSpan.MaxValue)
        {
            _timer = loop.At(dialogue.Deadline + _held, () => Apply(new DialogueInput.TimePassed()));
        }
    }

    /// <summary>Forgets the deadline for good: the call is over.</summary>
    public void Stop()
    {
        _isStopped = true;
        _timer?.Dispose();
        _timer = null;
    }
}
