using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Benchmarks.Measuring;

/// <summary>One line on standard error that says how far long work is: rewritten in place on a terminal, now and then a new one in a log.</summary>
internal sealed class Progress
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly bool _isTerminal = !Console.IsErrorRedirected;
    private TimeSpan _last = -LogInterval;
    private string _lastTopic = "";

    /// <summary>Says it.</summary>
    /// <param name="topic">What is being done; a new topic is always shown.</param>
    /// <param name="detail">How far.</param>
    public void Show(string topic, string detail = "")
    {
        TimeSpan now = MonotonicTime.Now;
        if (_isTerminal)
        {
            Console.Error.Write($"\r\u001b[K{topic} {detail}");
        }
        else if (topic != _lastTopic || now - _last > LogInterval)
        {
            Console.Error.WriteLine($"{topic} {detail}");
            _last = now;
        }

        _lastTopic = topic;
    }

    /// <summary>Waits and shows the time that is left.</summary>
    public async Task WaitAsync(string topic, TimeSpan length)
    {
        TimeSpan end = MonotonicTime.Now + length;
        while (end - MonotonicTime.Now is { Ticks: > 0 } left)
        {
            Show(topic, $"{Math.Ceiling(left.TotalSeconds)} s left");
            await Task.Delay(left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Ends the line.</summary>
    public void Clear()
    {
        if (_isTerminal)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }
}
