using System.Net;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Certificates;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.DialOut;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Telemetry;
using PhoneBridge.Bridge.Trunks;
using PhoneBridge.Ivr.Dialogues;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Mixer;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Calls;

/// <summary>Puts calls and meetings together.</summary>
internal static class CallsSetup
{
    /// <summary>Adds everything from the SIP end points to the live meetings.</summary>
    public static void AddCalls(this IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            ILogger<CallService> logger = provider.GetRequiredService<ILogger<CallService>>();
            return new ControlLoop(provider.GetRequiredService<TimeProvider>(), fault => Log.Fault(logger, fault));
        });
        services.AddSingleton(_ => NativeLibraries.Find());
        services.AddSingleton<MediaEvents>();
        services.AddSingleton(provider =>
        {
            MediaEvents events = provider.GetRequiredService<MediaEvents>();
            MediaOptions media = provider.GetRequiredService<IOptions<MediaOptions>>().Value;
            MediaEngineOptions options = new()
            {
                Loops = media.Loops,
                FirstPort = media.FirstPort,
                LastPort = media.LastPort,
                PortRest = media.PortRest,
                Dscp = media.Dscp,
                RealTimePriority = media.RealTimePriority == 0 ? null : media.RealTimePriority,
                Talkers = media.Talkers,
                LevelsTalkers = media.LevelTalkers,
                DucksDisturbances = media.DuckDisturbances,
                Opus = new OpusSettings
                {
                    Complexity = media.Opus.Complexity,
                    BitrateBps = media.Opus.BitrateBps,
                    UsesInbandFec = media.Opus.InbandFec,
                    ExpectedLossPercent = media.Opus.ExpectedLossPercent,
                },
            };
            return new MediaEngine(options, happened => events.Sink(happened));
        });
        services.AddSingleton(provider => new MeetingDirectory(
            provider.GetRequiredService<ControlLoop>(),
            provider.GetRequiredService<MediaEngine>(),
            provider.GetRequiredService<IRoomStore>(),
            provider.GetRequiredService<MeetingTones>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IMeetingJournal>(),
            provider.GetRequiredService<BridgeMetrics>()));
        services.AddSingleton<IMeetingDirectory>(provider => provider.GetRequiredService<MeetingDirectory>());
        services.AddSingleton(provider => new CallerTagger(provider.GetRequiredService<BridgeStorage>().Secrets.CallerTagKey));
        services.AddSingleton(provider => provider.GetRequiredService<BridgeStorage>().Attendance);
        services.AddSingleton<IMeetingJournal, AttendanceRecorder>();
        services.AddSingleton(provider => provider.GetRequiredService<BridgeStorage>().Calls);
        services.AddSingleton(provider => provider.GetRequiredService<BridgeStorage>().DialOuts);
        services.AddSingleton<CallRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<CallRecorder>()); // before the calls: stops after them
        services.AddHostedService<CallRetention>();
        services.AddSingleton(_ => Tones());
        services.AddHostedService<RoomFollower>();
        services.AddHostedService<MediaProbe>();
        services.AddTrunks();
        services.AddSingleton<TlsCertificates>();
        services.AddHostedService(provider => provider.GetRequiredService<TlsCertificates>());
        services.AddSingleton<SipEndpointSettings>();
        services.AddSingleton<TrunkSources>();
        services.AddSingleton<CallRouting>();
        services.AddSingleton<CallTraceRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<CallTraceRecorder>());
        services.AddSingleton<SipTrace>();
        services.AddSingleton(Services);
        services.AddSingleton<CallService>();
        services.AddSingleton<DialOutDesk>();
        services.AddSingleton<CallGauges>();
        services.AddHostedService(provider => provider.GetRequiredService<CallService>());
        services.AddHostedService(provider => provider.GetRequiredService<TrunkKeeper>()); // after the end points are open, stopped before they close
        services.AddHostedService<DialOutFollower>();
        services.AddHostedService<ReloadSignal>();
        services.AddHostedService<IdleCollection>();
    }

    private static MeetingTones Tones()
    {
        PromptSounds sounds = new();
        return new MeetingTones(sounds[PromptSound.Entry], sounds[PromptSound.Exit]);
    }

    private static CallServices Services(IServiceProvider provider)
    {
        DialogueOptions ivr = provider.GetRequiredService<IOptions<DialogueOptions>>().Value;
        MediaOptions media = provider.GetRequiredService<IOptions<MediaOptions>>().Value;
        SipOptions sip = provider.GetRequiredService<IOptions<SipOptions>>().Value;
        string publicAddress = media.PublicAddress.Length != 0 ? media.PublicAddress : sip.PublicAddress;
        ControlLoop loop = provider.GetRequiredService<ControlLoop>();
        return new CallServices
        {
            Loop = loop,
            Rounds = new Rounds(loop, MediaLimits.LookEvery),
            Media = provider.GetRequiredService<MediaEngine>(),
            Negotiation = new CallMedia(media, provider.GetRequiredService<NativeLibraries>()),
            Meetings = provider.GetRequiredService<MeetingDirectory>(),
            Rooms = provider.GetRequiredService<RoomService>(),
            Prompts = provider.GetRequiredService<PromptRenderer>(),
            Dialogue = new IvrOptions
            {
                Tries = ivr.Tries,
                FirstKeyTimeout = ivr.FirstKeyTimeout,
                InterKeyTimeout = ivr.InterKeyTimeout,
                TryTimeout = ivr.TryTimeout,
                EntryTimeout = ivr.EntryTimeout,
            },
            Limits = new MediaLimits(media.SilenceBeforeProbe, media.SilenceBeforeEnd, media.SilenceOnHoldBeforeEnd),
            GreetingDelay = ivr.GreetingDelay,
            PublicMediaAddress = publicAddress.Length == 0 ? null : IPAddress.Parse(publicAddress),
            Metrics = provider.GetRequiredService<BridgeMetrics>(),
            Figures = provider.GetRequiredService<TrunkFigures>(),
            Logger = provider.GetRequiredService<ILogger<CallService>>(),
            OnFinished = static _ => { },
        };
    }
}
