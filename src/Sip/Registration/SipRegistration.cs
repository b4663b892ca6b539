using System.Net;

namespace PhoneBridge.Sip.Registration;

/// <summary>A registration as the application holds it. Any thread.</summary>
public sealed class SipRegistration
{
    private readonly RegistrationUsage _usage;
    private readonly Action<Action<RegistrationUsage, TimeSpan>> _post;

    internal SipRegistration(RegistrationUsage usage, Action<Action<RegistrationUsage, TimeSpan>> post)
    {
        _usage = usage;
        _post = post;
    }

    /// <summary>The ways to and from the registrar, for calls of ours.</summary>
    public SipRegistrationRoutes Routes => _usage.Routes;

    /// <summary>The registrar is at these places now, the best first; at least one. The one in use stays in use when it is among them.</summary>
    public void MoveTo(IReadOnlyList<IPEndPoint> registrars) => _post((usage, _) => usage.MoveTo(registrars));

    /// <summary>Takes the registration back.</summary>
    public void Stop() => _post(static (usage, now) => usage.Stop(now));
}
