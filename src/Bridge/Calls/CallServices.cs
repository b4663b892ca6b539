using System.Net;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Calls;

/// <summary>What every call session works with.</summary>
internal sealed record CallServices
{
    /// <summary>The loop that owns the sessions.</summary>
    public required ControlLoop Loop { get; init; }

    /// <summary>Looks at each call once a <see cref="MediaLimits.LookEvery"/>.</summary>
    public required Rounds Rounds { get; init; }

    /// <summary>The media path.</summary>
    public required MediaEngine Media { get; init; }

    /// <summary>Translates what SDP says for the media path.</summary>
    public required CallMedia Negotiation { get; init; }

    /// <summary>The live meetings.</summary>
    public required MeetingDirectory Meetings { get; init; }

    /// <summary>Finds the room of a PIN, behind the brake.</summary>
    public required RoomService Rooms { get; init; }

    /// <summary>Makes PCM of sentences.</summary>
    public required PromptRenderer Prompts { get; init; }

    /// <summary>Times and counts of the dialogue.</summary>
    public required IvrOptions Dialogue { get; init; }

    /// <summary>When a silent line is given up.</summary>
    public required MediaLimits Limits { get; init; }

    /// <summary>From the ACK to the greeting when no packet comes.</summary>
    public required TimeSpan GreetingDelay { get; init; }

    /// <summary>Our media address as peers see it; null: the local one.</summary>
    public required IPAddress? PublicMediaAddress { get; init; }

    /// <summary>Counts calls.</summary>
    public required BridgeMetrics Metrics { get; init; }

    /// <summary>Counts calls of each trunk.</summary>
    public required TrunkFigures Figures { get; init; }

    /// <summary>For the lines about calls.</summary>
    public required ILogger Logger { get; init; }

    /// <summary>The session is over and may be forgotten.</summary>
    public required Action<CallSession> OnFinished { get; init; }
}

/// <summary>When a line is given up.</summary>
/// <param name="SilenceBeforeProbe">Silence before a sign of life is asked for.</param>
/// <param name="SilenceBeforeEnd">Silence before a peer without one is given up.</param>
/// <param name="SilenceOnHoldBeforeEnd">Silence that nothing excuses.</param>
internal sealed record MediaLimits(TimeSpan SilenceBeforeProbe, TimeSpan SilenceBeforeEnd, TimeSpan SilenceOnHoldBeforeEnd)
{
    /// <summary>How often a line is looked at.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>How many looks there are to one at the silence, which needs no more than 5 s.</summary>
    public const int LooksPerSilence = 5;

    /// <summary>No call lasts longer (DLG14): the longest meeting and the longest wait before it.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromHours(24.5);

    /// <summary>Time for the goodbye of a call that has lasted so long.</summary>
    public static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(20);
}
