using PhoneBridge.Ivr.Dialogues;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Runs a call's dialogue on the control loop: hands inputs and deadlines in, has every action carried out, in order.</summary>
internal sealed class DialogueRunner(CallDialogue dialogue, ControlLoop loop, Action<DialogueAction> carryOut)
{
    private readonly Queue<DialogueInput> _inputs = new();
    private bool _isRunning;
    private bool _isStopped;
    private IDisposable? _timer;

    /// <summary>The dialogue itself, for its language and state.</summary>
    public CallDialogue Dialogue => dialogue;

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
                foreach (DialogueAction action in dialogue.Apply(next, loop.Now))
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

    /// <summary>Arms the first deadline of a fresh dialogue.</summary>
    public void Arm()
    {
        _timer?.Dispose();
        _timer = null;
        if (!_isStopped && dialogue.Deadline != TimeSpan.MaxValue)
        {
            _timer = loop.At(dialogue.Deadline, () => Apply(new DialogueInput.TimePassed()));
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
