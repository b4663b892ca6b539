using PhoneBridge.Bridge.FunctionalTests.Calls;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Baresip;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Sipp;

namespace PhoneBridge.Bridge.FunctionalTests.DialOut;

/// <summary>A bridge that may ring a baresip by +336 and, each by a prefix of its own, what SIPp plays.</summary>
public sealed class DialOutFixture : BridgeFixture
{
    /// <summary>A number of SIPp.</summary>
    public const string SippNumber = "+33123456701";

    private readonly string _folder = Directory.CreateTempSubdirectory("dialout-").FullName;
    private readonly int _sippPort = FreePorts.TakeBlock(8);

    /// <summary>The telephone that takes every call at once.</summary>
    public BaresipPhone Phone { get; private set; } = null!;

    /// <summary>Its number.</summary>
    public string PhoneNumber { get; } = "+33612345678";

    /// <inheritdoc/>
    protected override BridgeOptions Options => new()
    {
        Arguments =
        [
            .. Trunk(0, "mobile", Phone.SipPort, "+336"),
            .. Trunk(1, "sipp", _sippPort, "+331"),
            "--Sip:Trunks:1:DialOut:DeniedPrefixes:0=+3319",
            "--DialOut:RingTime=00:00:05",
            "--Media:PortRest=00:00:01",
        ],
    };

    /// <summary>Settings of a trunk that dials out to a port of this machine.</summary>
    public static IEnumerable<string> Trunk(int index, string name, int port, string prefix) =>
    [
        $"--Sip:Trunks:{index}:Name={name}",
        $"--Sip:Trunks:{index}:Peer:Address=127.0.0.1:{port}",
        $"--Sip:Trunks:{index}:Peer:OptionsInterval=00:00:00",
        $"--Sip:Trunks:{index}:DialOut:AllowedPrefixes:0={prefix}",
        $"--Sip:Trunks:{index}:DialOut:CallerNumber=+33123456789",
    ];

    /// <inheritdoc/>
    public override async ValueTask InitializeAsync()
    {
        string silence = Path.Combine(_folder, "silence.wav");
        WavFile.Write(silence, Signals.Silence(TimeSpan.FromMinutes(5)));
        Phone = await BaresipPhone.StartAsync(new BaresipOptions
        {
            Name = "callee",
            User = PhoneNumber,
            Folder = Path.Combine(_folder, "callee"),
            SourceWav = silence,
            AnswersCalls = true,
        });
        await base.InitializeAsync();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Phone.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Writes a tone that the phone can play.</summary>
    public string WriteTone(double hz)
    {
        string file = Path.Combine(_folder, "tone.wav");
        WavFile.Write(file, Signals.Tone(hz, TimeSpan.FromMinutes(2), levelDbov: -20));
        return file;
    }

    /// <summary>SIPp that waits for one call.</summary>
    public SippRun StartSipp(string scenario) => SippRun.Start(new SippOptions
    {
        Scenario = Path.Combine(AppContext.BaseDirectory, "Sipp", scenario + ".xml"),
        Target = Bridge.Sip.ToString(),
        Port = _sippPort,
        Limit = TimeSpan.FromSeconds(40),
    });

    /// <summary>Asks for a call.</summary>
    public Task<ApiAnswer> AskAsync(BridgeRoom room, string number) => Bridge.Api.PostAsync($"rooms/{room.Id}/calls", new { number });

    /// <summary>Asks for a call and gives its name.</summary>
    public async Task<string> CallAsync(BridgeRoom room, string number) =>
        (await AskAsync(room, number)).Required().Body.GetProperty("id").GetString()!;

    /// <summary>The record of a call, once it has ended.</summary>
    public async Task<System.Text.Json.JsonElement> RecordAsync(string id)
    {
        System.Text.Json.JsonElement? record = null;
        await CallsFixture.WaitUntilAsync(
            async () =>
            {
                System.Text.Json.JsonElement calls = (await Bridge.Api.GetAsync("calls?limit=500")).Required().Body.GetProperty("calls");
                record = calls.EnumerateArray().Where(one => one.GetProperty("id").GetString() == id
                    && one.GetProperty("end").ValueKind == System.Text.Json.JsonValueKind.String).Select(one => (System.Text.Json.JsonElement?)one).SingleOrDefault();
                return record is not null;
            },
            "the record of the call is there");
        return record!.Value;
    }

    /// <summary>Calls that the bridge has placed so far.</summary>
    public async Task<double> PlacedAsync() => (await Bridge.ReadMetricsAsync()).SumOrZero("phonebridge_calls_placed_total");
}
