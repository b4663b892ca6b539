using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Rooms;
using PhoneBridge.Sip.Identity;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Calls;

/// <summary>What becomes of an INVITE: a route, or the status that refuses it.</summary>
/// <param name="Trunk">Name of the trunk, <c>stranger</c> when the source belongs to none.</param>
/// <param name="Route">How the call goes on; null when refused.</param>
/// <param name="Status">The refusal.</param>
/// <param name="Why">For the log: names nothing of the caller.</param>
/// <param name="Caller">The caller's number, masked; null when hidden or unknown.</param>
/// <param name="Called">The number that was called; null when what was dialled is none, or may be a PIN.</param>
internal readonly record struct CallDecision(string Trunk, CallRoute? Route, int Status, string Why, string? Caller, string? Called);

/// <summary>Decides from trunk, dialled number and caller how a call goes on. On the SIP loop, where the INVITE may be read.</summary>
internal sealed class CallRouting(
    TrunkTables trunks, IOptions<DialogueOptions> ivr, CallerTagger tagger)
{
    /// <summary>Stands for the trunk where the source belongs to none.</summary>
    public const string Stranger = "stranger";

    /// <summary>Decides. Looks at nothing but the INVITE and the trunks that are in force.</summary>
    /// <param name="invite">The INVITE.</param>
    /// <param name="flow">The way that it came.</param>
    public CallDecision Decide(SipRequest invite, SipFlow flow)
    {
        if (trunks.Current.TrunkOf(flow.Remote.Address, flow.ProvenPeer) is not { } trunk)
        {
            return new CallDecision(Stranger, null, 403, "the source belongs to no trunk", null, null);
        }

        NumberPlan plan = PlanOf(trunk.Country);
        CalledNumber called = CalledNumber.Read(invite, new CalledNumberRules(plan, trunk.CalledNumber));
        KeyedPin? pin = trunk.PinInRequestUri && TryReadPin(called.RevealUser(), out KeyedPin read) ? read : null;
        NumberOptions? number = trunk.Numbers.FirstOrDefault(n => n.Number == called.Number?.Reveal());
        CallerIdentity caller = CallerIdentity.Read(invite, new CallerIdentityRules(plan, trunk.TrustIdentity));
        string? masked = caller.Number?.ToString();
        string? dialled = number?.Number ?? NumberOf(called, trunk);
        if (number is null && trunk.Numbers.Count != 0 && pin is null)
        {
            return new CallDecision(trunk.Name, null, 404, "the dialled number is none of the trunk's", masked, dialled);
        }

        string language = string.IsNullOrEmpty(number?.Language) ? ivr.Value.DefaultLanguage : number.Language;
        string? full = caller.Number?.Reveal();
        CallRoute route = new(
            trunk,
            language == "en" ? IvrLanguage.English : IvrLanguage.French,
            string.IsNullOrEmpty(number?.Greeting) ? null : number.Greeting,
            pin,
            masked,
            full is { Length: >= 6 } ? full[^2..] : null,
            tagger.Tag((caller.Number ?? caller.WithheldNumber)?.Reveal()));
        return new CallDecision(trunk.Name, route, 0, "", masked, dialled);
    }

    // Lengths and prefixes are exact for France; elsewhere the common form serves, and what does not fit stays as it was dialled.
    internal static NumberPlan PlanOf(string country) => country switch
    {
        "33" => NumberPlan.France,
        "1" => new NumberPlan("1", "1", "011", 10, 10),
        _ => new NumberPlan(country, "0", "00", 6, 12),
    };

    // As many digits as a PIN has may be one, however they are written and also where the trunk does not take it as such; where it does,
    // one that was mistyped must be kept out as well, and no PIN begins with 0 or +.
    private static string? NumberOf(CalledNumber called, TrunkOptions trunk)
    {
        string user = called.RevealUser();
        bool mayBePin = user.Count(char.IsAsciiDigit) == Rooms.Pins.Pin.Length || (trunk.PinInRequestUri && user is not ['+' or '0', ..]);
        return called.Number is { IsE164: true } number && !mayBePin ? number.Reveal() : null;
    }

    private static bool TryReadPin(string user, out KeyedPin pin)
    {
        pin = default;
        return user.Length == Rooms.Pins.Pin.Length && KeyedPin.TryRead(user, out pin);
    }
}
