using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Baresip;

/// <summary>A real telephone that others wrote: one baresip process (1.0.0, as Debian 12 has it) under remote control.</summary>
/// <remarks>
/// What was found out by trying, version 1.0.0:
/// <list type="bullet">
/// <item>It takes three neighbouring ports: SIP on UDP and TCP at the given one, SIP over TLS at the next; ctrl_tcp must keep away from both.</item>
/// <item>Without <c>net_interface</c> set to an address, its SDP names the machine's first interface even when SIP listens on loopback.</item>
/// <item>Keys: command <c>sndcode</c> takes a whole string. Each key lasts 180 ms, three end packets, keys follow without a pause, audio packets
/// go on between the telephone-event packets with the same clock.</item>
/// <item>Source: module aufile wants exactly the call's rate and channels (8000 Hz mono for G.711); command <c>ausrc</c> changes the file in
/// mid-call without a gap in the RTP. The end of a file ends the call.</item>
/// <item>What it hears: module sndfile writes decoded packets as they arrive, one after the other. There is no need for an audio player, and so
/// for no audio device. Packets that never came leave no hole. After a hold and resume nothing more is written.</item>
/// <item>With G.722 and Opus it converts the file's 8 kHz to the codec's rate by itself; the recording has the codec's rate.</item>
/// <item>ausine works at 48 kHz stereo only; tones for G.711 calls come from files.</item>
/// </list>
/// </remarks>
public sealed class BaresipPhone : IAsyncDisposable
{
    /// <summary>How long one key of <see cref="PressAsync"/> takes on the wire.</summary>
    public static readonly TimeSpan KeyTime = TimeSpan.FromMilliseconds(240);

    private readonly BaresipOptions _options;
    private readonly OwnedProcess _process;
    private readonly BaresipControl _control;

    private BaresipPhone(BaresipOptions options, int sipPort, OwnedProcess process, BaresipControl control)
    {
        _options = options;
        SipPort = sipPort;
        _process = process;
        _control = control;
    }

    /// <summary>Name of the caller.</summary>
    public string Name => _options.Name;

    /// <summary>Port for SIP.</summary>
    public int SipPort { get; }

    /// <summary>Everything baresip reported.</summary>
    public IReadOnlyList<BaresipEvent> Events => _control.Events;

    /// <summary>What baresip printed.</summary>
    public IReadOnlyList<string> Output => _process.Output;

    /// <summary>When the first RTP packet came: the place of the recording's first sample. Null before.</summary>
    public TimeSpan? RecordingStart => Events.FirstOrDefault(e => e.Type == "CALL_RTPESTAB")?.At;

    /// <summary>Starts the process and waits until it takes commands.</summary>
    public static async Task<BaresipPhone> StartAsync(BaresipOptions options)
    {
        // Port block: SIP, SIP over TLS, control, spare, then RTP and RTCP for the one call (pairs, with room for a second).
        int ports = FreePorts.TakeBlock(14);
        Directory.CreateDirectory(RecordingFolder(options));
        await File.WriteAllTextAsync(Path.Combine(options.Folder, "config"), Configuration(options, ports));
        await File.WriteAllTextAsync(Path.Combine(options.Folder, "accounts"), Account(options, ports));
        await File.WriteAllTextAsync(Path.Combine(options.Folder, "contacts"), string.Empty);
        OwnedProcess process = OwnedProcess.Start("baresip", ["-f", options.Folder]);
        try
        {
            BaresipControl control = await BaresipControl.ConnectAsync(ports + 2, TimeSpan.FromSeconds(10));
            await process.WaitForLineAsync(line => line.Contains("baresip is ready", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
            return new BaresipPhone(options, ports, process, control);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Calls and waits for the answer.</summary>
    /// <returns>Null when the call stands, else baresip's reason for its end.</returns>
    public async Task<string?> DialAsync(string uri, TimeSpan? limit = null)
    {
        int known = Events.Count;
        await _control.CommandAsync("dial", uri);
        BaresipEvent outcome = await _control.WaitForAsync(
            e => e.Type is "CALL_ESTABLISHED" or "CALL_CLOSED", limit ?? TimeSpan.FromSeconds(20), known);
        return outcome.Type == "CALL_CLOSED" ? outcome.Parameter : null;
    }

    /// <summary>Presses keys as telephone-events and waits until they are all sent.</summary>
    public async Task PressAsync(string keys)
    {
        await _control.CommandAsync("sndcode", keys);
        await Task.Delay(keys.Length * KeyTime);
    }

    /// <summary>Says another file from now on.</summary>
    public Task PlayAsync(string wav) => _control.CommandAsync("ausrc", "aufile," + wav);

    /// <summary>Holds the call by re-INVITE (sendonly).</summary>
    public Task HoldAsync() => _control.CommandAsync("hold");

    /// <summary>Resumes the held call by re-INVITE.</summary>
    public Task ResumeAsync() => _control.CommandAsync("resume");

    /// <summary>The phone's own mute key: it goes on sending, but silence.</summary>
    public Task ToggleMuteAsync() => _control.CommandAsync("mute");

    /// <summary>Hangs up and waits until the call is closed.</summary>
    public async Task HangUpAsync()
    {
        int known = Events.Count;
        Task<BaresipEvent> closed = _control.WaitForAsync(e => e.Type == "CALL_CLOSED", TimeSpan.FromSeconds(10), known);
        await _control.CommandAsync("hangup");
        await closed;
    }

    /// <summary>Waits for an event since the phone's start.</summary>
    public Task<BaresipEvent> WaitForAsync(string type, TimeSpan limit) => _control.WaitForAsync(e => e.Type == type, limit, known: 0);

    /// <summary>What the phone heard. Complete once the call is closed.</summary>
    /// <exception cref="FileNotFoundException">It never heard anything.</exception>
    public Pcm ReadRecording()
    {
        string? file = Directory.EnumerateFiles(RecordingFolder(_options), "*-dec.wav").Order().FirstOrDefault();
        return file is null ? throw new FileNotFoundException($"{Name} recorded nothing.") : WavFile.Read(file);
    }

    /// <summary>Waits until the phone has heard nothing for a second, for instance because an announcement is over.</summary>
    /// <exception cref="TimeoutException">It goes on.</exception>
    public async Task WaitForQuietAsync(TimeSpan limit)
    {
        TimeSpan end = MonotonicTime.Now + limit;
        while (true)
        {
            // The recording grows packet by packet and can be read meanwhile.
            Pcm heard = ReadRecording();
            Pcm last = heard.Slice(heard.Duration - TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            if (heard.Duration > TimeSpan.FromSeconds(1) && Goertzel.RmsDbov(last.Samples) < -60)
            {
                return;
            }

            if (MonotonicTime.Now > end)
            {
                throw new TimeoutException($"{Name} still hears something.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    /// <summary>Ends the process; its call, if any, is hung up with BYE.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            try
            {
                await _control.CommandAsync("quit");
            }
            catch (Exception gone) when (gone is InvalidOperationException or IOException or TimeoutException)
            {
                // It went away before it could say so; the process is ended below in any case.
            }

            try
            {
                await _process.WaitForExitAsync(TimeSpan.FromSeconds(3));
            }
            catch (TimeoutException)
            {
                await _process.StopAsync(TimeSpan.FromSeconds(1));
            }
        }

        await _control.DisposeAsync();
        await _process.DisposeAsync();
    }

    private static string RecordingFolder(BaresipOptions options) => Path.Combine(options.Folder, "heard");

    private static string Account(BaresipOptions options, int port)
    {
        string transport = options.TlsAuthorityFile is not null ? ";transport=tls" : options.UsesTcp ? ";transport=tcp" : string.Empty;
        string answer = options.AnswersCalls ? "auto" : "manual";
        string encryption = options.MediaEncryption is { } name ? $";mediaenc={name}" : string.Empty;
        return $"\"{options.Name}\" <sip:{options.User ?? options.Name}@{options.Address}:{port}{transport}>"
            + $";regint=0;answermode={answer};audio_codecs={options.Codecs};ptime={options.PtimeMs}{encryption}\n";
    }

    private static string Configuration(BaresipOptions options, int ports) => $"""
        poll_method epoll
        net_interface {options.Address}
        sip_listen {options.Address}:{ports}
        {(options.TlsAuthorityFile is null ? string.Empty : $"sip_cafile {options.TlsAuthorityFile}")}
        ctrl_tcp_listen 127.0.0.1:{ports + 2}
        rtp_ports {ports + 4}-{ports + 13}
        rtcp_mux no
        call_max_calls 2
        call_local_timeout 120
        jitter_buffer_delay 0-0
        audio_buffer 20-160
        audio_path /usr/share/baresip
        audio_source aufile,{options.SourceWav}
        ausrc_srate 8000
        ausrc_channels 1
        auplay_srate 8000
        auplay_channels 1
        module_path {options.ModulePath}
        module g711.so
        module g722.so
        module opus.so
        module sndfile.so
        module aufile.so
        module srtp.so
        module_tmp account.so
        module_app menu.so
        module_app ctrl_tcp.so
        snd_path {RecordingFolder(options)}
        statmode_default off
        menu_bell no
        ringback_disabled yes

        """;
}
