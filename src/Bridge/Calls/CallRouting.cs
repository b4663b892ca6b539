using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Rooms;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Identity;

namespace PhoneBridge.Bridge.Calls;

/// <summary>What becomes of an INVITE: a route, or the status that refuses it.</summary>
/// <param name="Trunk">Name of the trunk, <c>stranger</c> when the source belongs to none.</param>
/// <param name="Route">How the call goes on; null when refused.</param>
/// <param name="Status">The refusal.</param>
/// <param name="Why">For the log: names nothing of the caller.</param>
internal readonly record struct CallDecision(string Trunk, CallRoute? Route, int Status, string Why);

/// <summary>Decides from trunk, dialled number and caller how a call goes on. On the SIP loop, where the INVITE may be read.</summary>
internal sealed class CallRouting(
    IOptions<SipOptions> sip, IOptions<DialogueOptions> ivr, CallerTagger tagger, RegistrarAddresses registrars)
{
    /// <summary>Decides. Looks at nothing but the INVITE, the configuration and where the registrars are.</summary>
    public CallDecision Decide(SipCall call)
    {
        if (sip.Value.TrunkOf(call.Source.Address, registrars.Holds) is not { } trunk)
        {
            return new CallDecision("stranger", null, 403, "the source belongs to no trunk");
        }

        NumberPlan plan = PlanOf(trunk.Country);
        CalledNumber called = CalledNumber.Read(call.Invite, new CalledNumberRules(plan, CalledNumberSource.RequestUri));
        KeyedPin? pin = trunk.PinInRequestUri && TryReadPin(called.RevealUser(), out KeyedPin read) ? read : null;
        NumberOptions? number = trunk.Numbers.FirstOrDefault(n => n.Number == called.Number?.Reveal());
        if (number is null && trunk.Numbers.Count != 0 && pin is null)
        {
            return new CallDecision(trunk.Name, null, 404, "the dialled number is none of the trunk's");
        }

        CallerIdentity caller = CallerIdentity.Read(call.Invite, new CallerIdentityRules(plan, trunk.TrustIdentity));
        string language = string.IsNullOrEmpty(number?.Language) ? ivr.Value.DefaultLanguage : number.Language;
        string? full = caller.Number?.Reveal();
        CallRoute route = new(
            trunk,
            language == "en" ? IvrLanguage.English : IvrLanguage.French,
            pin,
            caller.Number?.ToString(),
            full is { Length: >= 6 } ? full[^2..] : null,
            tagger.Tag((caller.Number ?? caller.WithheldNumber)?.Reveal()));
        return new CallDecision(trunk.Name, route, 0, "");
    }

    // Lengths and prefixes are exact for France; elsewhere the common form serves, and what does not fit stays as it was dialled.
    private static NumberPlan PlanOf(string country) => country switch
    {
        "33" => NumberPlan.France,
        "1" => new NumberPlan("1", "1", "011", 10, 10),
        _ => new NumberPlan(country, "0", "00", 6, 12),
    };

    private static bool TryReadPin(string user, out KeyedPin pin)
    {
        pin = default;
        return user.Length == Rooms.Pins.Pin.Length && KeyedPin.TryRead(user, out pin);
    }
}
