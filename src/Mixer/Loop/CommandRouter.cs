using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Srtp;
using PhoneBridge.Mixer.Conferences;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Legs;
using PhoneBridge.Mixer.Mix;
using PhoneBridge.Mixer.Recording;

namespace PhoneBridge.Mixer.Loop;

/// <summary>
/// Knows which loop has which leg and conference, turns commands into messages to that loop, and moves a leg to the loop of the
/// conference that it joins. Also the place where everything that a command needs is allocated, so that loops need not.
/// </summary>
/// <remarks>Thread safe. No media thread ever comes here.</remarks>
internal sealed class CommandRouter(LoopInbox[] inboxes, MixSettings settings, RecordingWriter? recordings = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<LegId, LegRoute> _legs = [];
    private readonly Dictionary<ConferenceId, ConferenceRoute> _conferences = [];
    private readonly PhasePlan _plan = new(inboxes.Length);
    private long _dropped;

    /// <summary>Commands for a leg or conference that is not there.</summary>
    public long CommandsDropped => Volatile.Read(ref _dropped);

    /// <summary>Conferences with at least one leg.</summary>
    public int Conferences
    {
        get
        {
            lock (_lock)
            {
                return _conferences.Count;
            }
        }
    }

    /// <summary>Legs that are open.</summary>
    public int Legs
    {
        get
        {
            lock (_lock)
            {
                return _legs.Count;
            }
        }
    }

    /// <summary>Gives a new leg to the loop with the fewest.</summary>
    /// <exception cref="ArgumentException">Its id is taken.</exception>
    public void Add(LegStream leg)
    {
        lock (_lock)
        {
            Phase phase = _plan.Lightest();
            _legs.Add(leg.Id, new LegRoute(leg, phase));
            _plan.Add(phase);
            Post(phase.Loop, new AdoptLeg(leg, phase.Slot));
        }
    }

    /// <summary>Sends one command on its way.</summary>
    /// <exception cref="ArgumentException">A clip is not at the mixing rate.</exception>
    public void Route(MediaCommand command)
    {
        lock (_lock)
        {
            bool isKnown = command switch
            {
                ConfigureLeg c => Configure(c),
                PlayToLeg c => ToLeg(c.Leg, route => new SetPlayback(route.Leg, new Playback(c.PlaybackId, Checked(c.Clips), c.Loop))),
                StopPlayback c => ToLeg(c.Leg, route => new SetPlayback(route.Leg, null)),
                SetGains c => ToLeg(c.Leg, route => new SetStreamGains(route.Leg, Gain.FromDb(c.ListenDb), Gain.FromDb(c.TalkDb))),
                SetMute c => ToLeg(c.Leg, route => new SetStreamMute(route.Leg, c.Causes, c.Token)),
                JoinConference c => Join(c),
                LeaveConference c => Leave(c.Leg),
                CloseLeg c => Close(c.Leg),
                SetMutes c => SetMany(c),
                PlayToConference c => PlaySound(c),
                LiftDuck c => ToLeg(c.Leg, route => new LiftLegDuck(route.Leg)),
                StartRecording c => Record(c),
                StopRecording c => recordings?.Stop(c.Id) ?? false,
                _ => throw new ArgumentException($"{command.GetType().Name} is no command of the media path.", nameof(command)),
            };
            _dropped += isKnown ? 0 : 1;
        }
    }

    private bool ToLeg(LegId id, Func<LegRoute, LoopMessage> message)
    {
        if (!_legs.TryGetValue(id, out LegRoute? route))
        {
            return false;
        }

        Post(route.Phase.Loop, message(route));
        return true;
    }

    private bool Configure(ConfigureLeg command)
    {
        if (!_legs.TryGetValue(command.Leg, out LegRoute? leg))
        {
            command.Media.Srtp?.Erase();
            return false;
        }

        CodingChoice choice = CodingChoice.Of(command.Media);
        StreamCoding? coding = leg.Coding == choice ? null : new StreamCoding(choice, settings);
        leg.Coding = choice;
        HaveStream(leg);
        Post(leg.Phase.Loop, new ConfigureStream(leg.Leg, new StreamSetup(command.Media, coding, NewProtection(leg, command.Media.Srtp))));
        return true;
    }

    /// <summary>A session for keys that the leg does not have yet.</summary>
    private static SrtpSession? NewProtection(LegRoute leg, SrtpKeys? keys)
    {
        if (keys is not null && keys == leg.Srtp)
        {
            keys.Erase();       // only a copy of what the leg has
            return null;
        }

        leg.Srtp = keys;
        return keys is null ? null : new SrtpSession(keys);
    }

    /// <summary>Sees to it that the leg's conference has a shared stream of the leg's format, before the leg needs it.</summary>
    private void HaveStream(LegRoute leg)
    {
        if (leg is { Conference: { } conference, Coding: { } coding } && conference.AddFormat(coding.Format))
        {
            SharedStream stream = new(coding.Format, AudioCodecs.CreateEncoder(coding.Format, settings.Opus));
            Post(conference.Phase.Loop, new AddStream(conference.Mixer, stream));
        }
    }

    private bool Join(JoinConference command)
    {
        if (!_legs.TryGetValue(command.Leg, out LegRoute? leg))
        {
            return false;
        }

        if (!_conferences.TryGetValue(command.Conference, out ConferenceRoute? conference))
        {
            Phase phase = _plan.Lightest();
            conference = new ConferenceRoute(new ConferenceMixer(command.Conference, phase.Slot, settings), phase);
            _conferences.Add(command.Conference, conference);
        }

        conference.Legs++;              // before the leg leaves the one it is in, which may be this
        LeaveCurrent(leg);
        leg.Conference = conference;
        HaveStream(leg);
        Move(leg, conference.Phase);
        Post(leg.Phase.Loop, new JoinLeg(leg.Leg, conference.Mixer, command.Causes));
        return true;
    }

    private bool Leave(LegId id)
    {
        if (!_legs.TryGetValue(id, out LegRoute? leg))
        {
            return false;
        }

        LeaveCurrent(leg);
        Post(leg.Phase.Loop, new LeaveLeg(leg.Leg));
        return true;
    }

    private bool Close(LegId id)
    {
        if (!_legs.Remove(id, out LegRoute? leg))
        {
            return false;
        }

        LeaveCurrent(leg);
        _plan.Remove(leg.Phase);
        Post(leg.Phase.Loop, new EndLeg(leg.Leg));
        return true;
    }

    private bool SetMany(SetMutes command)
    {
        ConferenceRoute? conference = _conferences.GetValueOrDefault(command.Conference);
        int loop = conference?.Phase.Loop ?? 0;
        List<SetStreamMute> here = new(command.Mutes.Count);
        foreach (LegMute mute in command.Mutes)
        {
            if (!_legs.TryGetValue(mute.Leg, out LegRoute? leg))
            {
                _dropped++;
            }
            else if (leg.Phase.Loop == loop)
            {
                here.Add(new SetStreamMute(leg.Leg, mute.Causes, token: null));
            }
            else
            {
                Post(leg.Phase.Loop, new SetStreamMute(leg.Leg, mute.Causes, token: null));
            }
        }

        Post(loop, new SetConferenceMutes(conference?.Mixer, command.Conference, [.. here], command.Token));
        return true;
    }

    private bool PlaySound(PlayToConference command)
    {
        if (!_conferences.TryGetValue(command.Conference, out ConferenceRoute? conference))
        {
            return false;
        }

        Post(conference.Phase.Loop, new StartSound(conference.Mixer, Checked([command.Clip])[0]));
        return true;
    }

    private bool Record(StartRecording command)
    {
        if (recordings is null || !_conferences.TryGetValue(command.Conference, out ConferenceRoute? conference))
        {
            return false;
        }

        if (command.Leg is not { } id)
        {
            Post(conference.Phase.Loop, new RecordConference(conference.Mixer, recordings.Begin(command.Id, command.Target)));
            return true;
        }

        if (!_legs.TryGetValue(id, out LegRoute? leg) || leg.Conference != conference || leg.Coding is not { } coding)
        {
            return false;
        }

        // A leg by itself is recorded as it is decoded: converting it would be work for the loop.
        RecordingTap tap = recordings.Begin(command.Id, command.Target with { SampleRateHz = coding.Format.SampleRateHz });
        Post(leg.Phase.Loop, new RecordLeg(leg.Leg, tap));
        return true;
    }

    private void LeaveCurrent(LegRoute leg)
    {
        if (leg.Conference is { } conference && --conference.Legs == 0)
        {
            _conferences.Remove(conference.Mixer.Id);
        }

        leg.Conference = null;
    }

    private void Move(LegRoute leg, Phase phase)
    {
        _plan.Remove(leg.Phase);
        _plan.Add(phase);
        if (phase.Loop != leg.Phase.Loop)
        {
            Post(leg.Phase.Loop, new ReleaseLeg(leg.Leg, inboxes[phase.Loop], new AdoptLeg(leg.Leg, phase.Slot)));
        }

        leg.Phase = phase;
    }

    private void Post(int loop, LoopMessage message) => inboxes[loop].Post(message);

    private static IReadOnlyList<PcmClip> Checked(IReadOnlyList<PcmClip> clips) =>
        clips.FirstOrDefault(clip => clip.SampleRateHz != MediaEngine.SampleRateHz) is { } wrong
            ? throw new ArgumentException($"A clip at {wrong.SampleRateHz} Hz; the mixing rate is {MediaEngine.SampleRateHz} Hz.", nameof(clips))
            : clips;

    private sealed class LegRoute(LegStream leg, Phase phase)
    {
        public LegStream Leg { get; } = leg;

        public Phase Phase { get; set; } = phase;

        public ConferenceRoute? Conference { get; set; }

        public CodingChoice? Coding { get; set; }

        public SrtpKeys? Srtp { get; set; }
    }

    private sealed class ConferenceRoute(ConferenceMixer mixer, Phase phase)
    {
        public ConferenceMixer Mixer { get; } = mixer;

        public Phase Phase { get; } = phase;

        public int Legs { get; set; }

        // Both G.711 streams are there from the start.
        private readonly HashSet<AudioFormat> _formats = [AudioFormat.Pcma, AudioFormat.Pcmu];

        public bool AddFormat(AudioFormat format) => _formats.Add(format);
    }
}
