using System.Net;

namespace PhoneBridge.Sip.Registration;

/// <summary>A registration as the application holds it. Any thread.</summary>
public sealed class SipRegistration
{
    private readonly Action<Action<RegistrationUsage, TimeSpan>> _post;

    internal SipRegistration(Action<Action<RegistrationUsage, TimeSpan>> post) => _post = post;

    /// <summary>Sends later requests to another address of the registrar, when its name means another one now.</summary>
    public void MoveTo(IPEndPoint registrar) => _post((usage, _) => usage.MoveTo(registrar));

    /// <summary>Takes the registration back.</summary>
    public void Stop() => _post(static (usage, now) => usage.Stop(now));
}
