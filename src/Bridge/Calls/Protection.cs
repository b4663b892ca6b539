using System.Net;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Protection;

namespace PhoneBridge.Bridge.Calls;

/// <summary>The settings against strangers, scanners and overload, in the words of the SIP end points.</summary>
internal static class Protection
{
    private const int StrangerCallsPerSecond = 5;
    private const int StrangerBurst = 20;

    // Of the end points' 50,000: the rest is for requests within calls.
    private const int Transactions = 40_000;

    /// <summary>Makes the settings.</summary>
    /// <param name="sip">Section <c>Sip</c>.</param>
    /// <param name="controlDelay">How long work waits for the control loop.</param>
    public static SipGuardOptions From(SipOptions sip, Func<TimeSpan> controlDelay) => Of(sip, new SipGuardOptions
    {
        BanAttempts = sip.Bans.Attempts,
        BanWindow = sip.Bans.Window,
        BanTime = sip.Bans.Time,
        Overload = new SipOverloadOptions
        {
            QueueDelay = sip.Overload.QueueDelay,
            HalfOpenCalls = sip.Overload.HalfOpenCalls,
            CallsPerSecond = sip.Overload.CallsPerSecond,
            Transactions = Transactions,
            ApplicationDelay = controlDelay,
        },
    });

    /// <summary>The same settings with what the trunks in force say of strangers.</summary>
    public static SipGuardOptions Of(SipOptions sip, SipGuardOptions before) => before with
    {
        Strangers = sip.TakesUnknownSources ? SipStrangers.Accept
            : sip.Strangers == Strangers.Silent ? SipStrangers.Silent
            : SipStrangers.Refuse,
        StrangerCallsPerSecond = sip.UnknownTrunk.CallsPerSecond ?? StrangerCallsPerSecond,
        StrangerBurst = sip.UnknownTrunk.Burst ?? StrangerBurst,
    };

    /// <summary>Lets in what comes from the other places of a trunk's call: its Contact and the proxies that want to stay on the way.</summary>
    public static void Expect(SipGuard guard, SipRequest invite)
    {
        foreach (SipNameAddress place in invite.RecordRoutes)
        {
            Expect(guard, place.Uri);
        }

        if (invite.Contact is { } contact)
        {
            Expect(guard, contact.Uri);
        }
    }

    private static void Expect(SipGuard guard, SipUri uri)
    {
        if (IPAddress.TryParse(uri.Host, out IPAddress? address))
        {
            guard.Expect(address);
        }
    }
}
