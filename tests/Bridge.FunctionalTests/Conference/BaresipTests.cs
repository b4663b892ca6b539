using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Baresip;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Conference;

/// <summary>Real telephones of others in one room.</summary>
[Trait("Category", "Interop")]
public sealed class BaresipTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>, IDisposable
{
    private static readonly double[] Tones = [400, 700, 1000, 1300];

    private readonly string _folder = Directory.CreateTempSubdirectory("baresip-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Four_baresips_key_in_their_PIN_and_hear_each_other_but_not_themselves_nor_who_is_muted()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        string silence = Path.Combine(_folder, "silence.wav");
        WavFile.Write(silence, Signals.Silence(TimeSpan.FromMinutes(2)));
        List<BaresipPhone> phones = [];
        try
        {
            List<string> participants = [];
            for (int i = 0; i < Tones.Length; i++)
            {
                BaresipPhone phone = await BaresipPhone.StartAsync(new BaresipOptions
                {
                    Name = $"caller{i}",
                    User = BridgeFixture.NewNumber(),
                    Folder = Path.Combine(_folder, $"caller{i}"),
                    SourceWav = silence,
                    Codecs = i % 2 == 0 ? "pcma" : "pcmu",
                    UsesTcp = i == 3,
                });
                phones.Add(phone);
                Assert.Null(await phone.DialAsync(fixture.Bridge.Address() + (i == 3 ? ";transport=tcp" : string.Empty)));
                await phone.PressAsync(room.ParticipantPin + "#");
                participants.Add((await room.WaitForAdmittedAsync(i + 1, TimeSpan.FromSeconds(20)))[^1].Id);
            }

            await Task.WhenAll(phones.Select(phone => phone.WaitForQuietAsync(TimeSpan.FromSeconds(40))));
            TimeSpan talking = MonotonicTime.Now;
            for (int i = 0; i < phones.Count; i++)
            {
                string wav = Path.Combine(_folder, $"tone{i}.wav");
                WavFile.Write(wav, Signals.Tone(Tones[i], TimeSpan.FromMinutes(2), levelDbov: -20));
                await phones[i].PlayAsync(wav);
            }

            await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
            await room.MuteAsync(participants[0]);
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            for (int i = 0; i < phones.Count; i++)
            {
                await phones[i].HangUpAsync();
            }

            for (int listener = 0; listener < phones.Count; listener++)
            {
                // Announcements before that have frequencies of their own.
                Pcm heard = phones[listener].ReadRecording();
                TimeSpan from = talking - phones[listener].RecordingStart!.Value;
                ToneTimeline timeline = ToneTimeline.Measure(heard.Slice(from, heard.Duration - from), Tones);
                for (int talker = 0; talker < Tones.Length; talker++)
                {
                    // One's own tone is looked for up to the mute only: the one who is muted is told of it by a voice.
                    // And while the voice speaks, the room is softer for that one.
                    double seconds = timeline.Heard(Tones[talker], listener == 0 && talker != 0 ? -48 : -30)
                        .Where(range => talker != listener || range.From < TimeSpan.FromSeconds(2.5))
                        .Sum(range => range.Length.TotalSeconds);
                    string who = $"{Tones[talker]} Hz at the caller with {Tones[listener]} Hz: {seconds:0.0} s";
                    if (talker == listener)
                    {
                        Assert.True(seconds < 0.1, who);
                    }
                    else if (talker == 0)
                    {
                        Assert.True(seconds is > 3 and < 6.5, who); // until the mute
                    }
                    else
                    {
                        Assert.True(seconds > 4.5, who);
                    }
                }
            }
        }
        finally
        {
            foreach (BaresipPhone phone in phones)
            {
                await phone.DisposeAsync();
            }
        }
    }
}
