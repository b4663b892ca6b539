using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Registration;

/// <summary>The registrations that one agent keeps, and when each wants waking.</summary>
/// <remarks>Sans-IO, owned by the agent's thread. A defect of one registration is its own failure and disturbs no other.</remarks>
/// <param name="agent">Whose guard is used.</param>
internal sealed class RegistrationTable(SipUserAgent agent)
{
    private readonly HashSet<RegistrationUsage> _registrations = [];
    private readonly DeadlineQueue<RegistrationUsage> _deadlines = new();

    /// <summary>Registrations that are not over.</summary>
    public int Count => _registrations.Count;

    /// <summary>The ways that they go.</summary>
    public IEnumerable<SipFlow> Flows => _registrations.Select(static one => one.Flow).OfType<SipFlow>();

    /// <summary>Those that wait for a moment.</summary>
    public int Timers => _deadlines.Count;

    /// <summary>When <see cref="OnTime"/> must next be called.</summary>
    public TimeSpan Deadline => _deadlines.Next;

    /// <summary>Whether a registration is kept over that flow's connection.</summary>
    public bool Uses(SipFlow flow) => _registrations.Any(one => one.Transport == flow.Transport && one.Registrar.Equals(flow.Remote));

    /// <summary>Begins to keep a registration.</summary>
    public void Add(RegistrationUsage registration, TimeSpan now)
    {
        _registrations.Add(registration);
        Run(registration, static (usage, time) => usage.Start(time), now);
    }

    /// <summary>Carries out a command for one registration; nothing happens when it is over.</summary>
    public void Run(RegistrationUsage registration, Action<RegistrationUsage, TimeSpan> run, TimeSpan now)
    {
        if (_registrations.Contains(registration) && !agent.Guard(() => run(registration, now), registration.CallId))
        {
            registration.OnFault(now);
        }
    }

    /// <summary>Runs every timer that is due.</summary>
    public void OnTime(TimeSpan now)
    {
        while (_deadlines.Due(now) is { } due)
        {
            Run(due, static (usage, time) => usage.OnTime(time), now);
        }
    }

    /// <summary>Takes every registration back, at the end of the program.</summary>
    public void Stop(TimeSpan now)
    {
        foreach (RegistrationUsage registration in _registrations.ToArray())
        {
            Run(registration, static (usage, time) => usage.Stop(time), now);
        }
    }

    /// <summary>The registration's deadline changed. One that is over has none.</summary>
    public void Schedule(RegistrationUsage registration)
    {
        if (_registrations.Contains(registration))
        {
            _deadlines.Update(registration);
        }
    }

    /// <summary>Forgets a registration that is over.</summary>
    public void Forget(RegistrationUsage registration)
    {
        _registrations.Remove(registration);
        _deadlines.Remove(registration);
    }
}
