using System.Net;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Calls.Simulation;

/// <summary>How bad the way is; for datagrams only, streams lose and reorder nothing.</summary>
/// <param name="Loss">Share of datagrams lost, 0 to 1.</param>
/// <param name="Duplication">Share of datagrams that arrive twice, 0 to 1.</param>
/// <param name="JitterMs">Each datagram takes 10 ms and up to so much more, so that they overtake each other.</param>
internal readonly record struct LinkQuality(double Loss = 0, double Duplication = 0, int JitterMs = 0);

/// <summary>Something with an address on the simulated network.</summary>
internal abstract class SimulatedEnd(SimulatedNetwork network) : IDeadline
{
    public abstract TimeSpan Deadline { get; }

    public int QueueIndex { get; set; } = -1;

    protected SimulatedNetwork Network => network;

    public abstract void OnBytes(SipFlow flow, byte[] bytes);

    public abstract void OnTime();
}

/// <summary>Ends that exchange messages on virtual time, over a seeded link that loses, repeats and reorders.</summary>
internal sealed class SimulatedNetwork(int seed, LinkQuality quality = default)
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(10);

    private readonly Dictionary<IPEndPoint, SimulatedEnd> _ends = [];
    private readonly DeadlineQueue<SimulatedEnd> _deadlines = new();
    private readonly PriorityQueue<(SipFlow Flow, byte[] Bytes), (TimeSpan At, long Number)> _inFlight = new();
    private readonly PriorityQueue<Action, (TimeSpan At, long Number)> _script = new();
    private long _number;

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public Random Random { get; } = new(seed);

    /// <summary>Messages that nobody listens to are lost when this is set.</summary>
    public bool IsCut { get; set; }

    public void Attach(IPEndPoint address, SimulatedEnd end) => _ends.Add(address, end);

    public void Detach(IPEndPoint address)
    {
        if (_ends.Remove(address, out SimulatedEnd? end))
        {
            _deadlines.Remove(end);
        }
    }

    public void Send(SipFlow flow, byte[] bytes)
    {
        if (IsCut)
        {
            return;
        }

        if (flow.IsReliable)
        {
            _inFlight.Enqueue((flow, bytes), (Now + Delay, _number++));
            return;
        }

        int copies = Random.NextDouble() < quality.Loss ? 0 : Random.NextDouble() < quality.Duplication ? 2 : 1;
        for (; copies > 0; copies--)
        {
            TimeSpan jitter = TimeSpan.FromMilliseconds(Random.Next(quality.JitterMs + 1));
            _inFlight.Enqueue((flow, bytes), (Now + Delay + jitter, _number++));
        }
    }

    /// <summary>Does something later.</summary>
    public void At(TimeSpan when, Action action) => _script.Enqueue(action, (when, _number++));

    public void Updated(SimulatedEnd end) => _deadlines.Update(end);

    /// <summary>Lets time pass.</summary>
    public void Run(double seconds) => RunUntil(Now + TimeSpan.FromSeconds(seconds));

    /// <summary>Lets time pass until nothing more would happen.</summary>
    public void RunToEnd() => RunUntil(TimeSpan.FromDays(10_000));

    private void RunUntil(TimeSpan end)
    {
        while (true)
        {
            TimeSpan packet = _inFlight.TryPeek(out _, out (TimeSpan At, long) first) ? first.At : TimeSpan.MaxValue;
            TimeSpan script = _script.TryPeek(out _, out (TimeSpan At, long) line) ? line.At : TimeSpan.MaxValue;
            TimeSpan next = new[] { packet, script, _deadlines.Next }.Min();
            if (next > end)
            {
                Now = end < TimeSpan.FromDays(9_999) ? end : Now;
                return;
            }

            Now = next > Now ? next : Now;
            if (packet == next)
            {
                (SipFlow flow, byte[] bytes) = _inFlight.Dequeue();
                if (_ends.TryGetValue(flow.Remote, out SimulatedEnd? receiver))
                {
                    receiver.OnBytes(flow with { Local = flow.Remote, Remote = flow.Local }, bytes);
                    _deadlines.Update(receiver);
                }
            }
            else if (script == next)
            {
                _script.Dequeue()();
            }
            else
            {
                SimulatedEnd due = _deadlines.Due(Now)!;
                due.OnTime();
                if (due.QueueIndex >= 0)
                {
                    _deadlines.Update(due);
                }
            }
        }
    }
}
