using System.Net;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Baresip;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;
using PhoneBridge.Testing.Sipp;

namespace PhoneBridge.Testing.Tests.Interop;

/// <summary>The test clients against one another: what they claim about a bridge is worth what they show here.</summary>
[Trait("Category", "Interop")]
public sealed class ClientTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("clients-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_baresips_hear_each_other_and_change_what_they_say()
    {
        await using BaresipPhone callee = await StartBaresipAsync("callee", 1000, answers: true);
        await using BaresipPhone caller = await StartBaresipAsync("caller", 440, answers: false);
        Assert.Null(await caller.DialAsync($"sip:callee@127.0.0.1:{callee.SipPort}"));
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await caller.PlayAsync(Tone("other", 700));
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await caller.HangUpAsync();
        await callee.WaitForAsync("CALL_CLOSED", Soon);

        ToneTimeline atCaller = ToneTimeline.Measure(caller.ReadRecording(), [440, 700, 1000]);
        Assert.True(atCaller.Heard(1000).Sum(range => range.Length.TotalSeconds) > 1.7);
        Assert.Empty(atCaller.Heard(440));
        ToneTimeline atCallee = ToneTimeline.Measure(callee.ReadRecording(), [440, 700, 1000]);
        Assert.InRange(atCallee.Heard(440).Sum(range => range.Length.TotalSeconds), 0.8, 1.3);
        Assert.InRange(atCallee.Heard(700).Sum(range => range.Length.TotalSeconds), 0.7, 1.3);
    }

    [Fact]
    public async Task Baresip_understands_the_keys_and_the_voice_of_a_test_phone()
    {
        await using BaresipPhone callee = await StartBaresipAsync("callee", 1000, answers: true);
        await using PhoneExchange exchange = new();
        await using TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = "phone", Server = Loopback(callee.SipPort) });
        CallAnswer answer = await phone.DialAsync($"sip:callee@127.0.0.1:{callee.SipPort}", TestContext.Current.CancellationToken);
        Assert.Equal(200, answer.Status);
        phone.Media.Play(new VoiceClip(Signals.Tone(440, TimeSpan.FromSeconds(1))));
        await phone.Media.PressAsync("123456789#", new KeyPress { Loss = 0.1, Duplication = 0.2, SegmentMs = 60 });
        await Task.Delay(TimeSpan.FromSeconds(0.5), TestContext.Current.CancellationToken);
        Assert.Equal(200, await phone.HoldAsync());
        Assert.Equal(200, await phone.ResumeAsync());
        await phone.HangUpAsync();
        await callee.WaitForAsync("CALL_CLOSED", Soon);

        Assert.Equal("123456789#", string.Concat(callee.Events.Where(e => e.Type == "CALL_DTMF_START").Select(e => e.Parameter)));
        ToneTimeline atPhone = ToneTimeline.Measure(phone.Media.Heard.Decode(), [440, 1000]);
        Assert.True(atPhone.Heard(1000).Sum(range => range.Length.TotalSeconds) > 1.5);
        Assert.Empty(atPhone.Heard(440));
        Assert.NotEmpty(ToneTimeline.Measure(callee.ReadRecording(), [440]).Heard(440));
        Assert.Equal(0, phone.Media.Reception.Lost);
    }

    [Fact]
    public async Task Sipp_serves_a_test_phone_and_counts_the_call()
    {
        await using SippRun server = SippRun.Start(new SippOptions
        {
            Scenario = Path.Combine(AppContext.BaseDirectory, "Interop/uas.xml"),
            Target = "127.0.0.1",
            Limit = TimeSpan.FromSeconds(20),
        });
        await using PhoneExchange exchange = new();
        await using TestPhone phone = exchange.CreatePhone(new TestPhoneOptions { User = "phone", Server = Loopback(server.Port) });
        CallAnswer answer = await phone.DialAsync($"sip:any@127.0.0.1:{server.Port}", TestContext.Current.CancellationToken);
        Assert.Equal(200, answer.Status);
        await phone.HangUpAsync();
        SippResult result = await server.FinishAsync();
        Assert.True(result.Succeeded, result.ToString());
        Assert.Equal(1, result.SuccessfulCalls);
    }

    [Fact]
    public async Task A_hundred_phones_keep_their_clocks_and_their_arrival_times()
    {
        // Fifty pairs by way of a common target would need a server; here each phone sends to its neighbour's port.
        await using PhoneExchange exchange = new();
        TestPhone[] phones = [.. Enumerable.Range(0, 100).Select(i => exchange.CreatePhone(new TestPhoneOptions { User = $"p{i}", Server = Loopback(9) }))];
        for (int i = 0; i < phones.Length; i++)
        {
            PhoneMedia neighbour = phones[i ^ 1].Media;
            phones[i].Media.Configure(new PhoneMediaAgreement(neighbour.Local, PhoneCodec.Pcma, 101, 20, Sends: true), exchange.Loops[0]);
        }

        TimeSpan start = MonotonicTime.Now;
        VoiceClip clip = new(Signals.Join(Signals.Silence(TimeSpan.FromSeconds(1)), Marker.Create(), Signals.Silence(TimeSpan.FromSeconds(1))));
        phones[0].Media.Play(clip, repeats: false);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        // The marker, measured from packet to packet over loopback: next to nothing, or the arrival times are wrong.
        HeardAudio heard = phones[1].Media.Heard;
        int marker = Assert.Single(Marker.Find(heard.Decode()));
        TimeSpan latency = heard.ArrivalOf(marker)!.Value - phones[0].Media.SentAt(8000)!.Value;
        Assert.InRange(latency.TotalMilliseconds, -0.2, 5);

        // A clock of absolute deadlines makes up for every late turn: the count follows the time that has really passed.
        double frames = (MonotonicTime.Now - start) / TimeSpan.FromMilliseconds(20);
        Assert.All(phones, phone => Assert.InRange(phone.Media.Reception.Packets, frames - 10, frames + 3));
        foreach (TestPhone phone in phones)
        {
            phone.Vanish();
        }
    }

    private static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, port);

    private string Tone(string name, double frequencyHz)
    {
        string path = Path.Combine(_folder, $"{name}-{frequencyHz}.wav");
        WavFile.Write(path, Signals.Tone(frequencyHz, TimeSpan.FromSeconds(30)));
        return path;
    }

    private Task<BaresipPhone> StartBaresipAsync(string name, double frequencyHz, bool answers) => BaresipPhone.StartAsync(new BaresipOptions
    {
        Name = name,
        Folder = Path.Combine(_folder, name),
        SourceWav = Tone(name, frequencyHz),
        AnswersCalls = answers,
    });
}
