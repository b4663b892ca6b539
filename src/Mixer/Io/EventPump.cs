using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Io;

/// <summary>The thread that tells events, so that whoever hears them can never hold up a media thread.</summary>
internal sealed class EventPump : IDisposable
{
    private readonly EventOutlet _outlet;
    private readonly Action<LoopEvent> _tell;
    private readonly Thread _thread;
    private bool _stopping;

    /// <summary>Makes a pump that does not run yet.</summary>
    /// <param name="outlet">Where events come from; one pump an outlet.</param>
    /// <param name="tell">Called for each event, in order, on the pump's thread.</param>
    public EventPump(EventOutlet outlet, Action<LoopEvent> tell)
    {
        _outlet = outlet;
        _tell = tell;
        _thread = new Thread(Run) { IsBackground = true, Name = "media events" };
    }

    /// <summary>Starts the thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Tells what has been posted so far and stops.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _stopping, true);
        _outlet.Wake();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Run()
    {
        bool isLast;
        do
        {
            isLast = Volatile.Read(ref _stopping);
            while (_outlet.TryTake(out LoopEvent item))
            {
                _tell(item);
            }

            if (!isLast)
            {
                _outlet.Wait();
            }
        }
        while (!isLast);
    }
}
