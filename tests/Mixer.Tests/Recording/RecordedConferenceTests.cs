using System.Collections.Concurrent;
using PhoneBridge.Mixer.Io;
using PhoneBridge.Mixer.Tests.Rig;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Mixer.Tests.Recording;

public sealed class RecordedConferenceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("recorded-");
    private readonly BlockingCollection<MediaEvent> _events = [];
    private readonly RecordingWriter _writer;

    public RecordedConferenceTests() => _writer = new RecordingWriter(_events.Add);

    [Fact]
    public void The_mix_and_each_leg_are_recorded_and_a_muted_leg_is_in_neither()
    {
        using LoopRig rig = new(recordings: _writer);
        Line a = rig.Call(500, 1), b = rig.Call(900, 1);
        a.Rtp.OnSent = b.Rtp.OnSent = null;         // the far ends allocate
        rig.Run(400);
        Record(rig, 1, null);
        Record(rig, 2, a.Id);
        a.Phone.Talks = b.Phone.Talks = true;
        rig.Run(200);
        rig.AllocatedByLoops = 0;
        rig.Run(800);
        Assert.Equal(0, rig.AllocatedByLoops);
        rig.Send(new SetMute(a.Id, MuteCauses.Moderator, 1));
        rig.Run(1000);
        rig.Send(new StopRecording(new RecordingId(1)));
        rig.Send(new CloseLeg(a.Id));
        rig.Run(20);
        AwaitEnds(2);

        Pcm mix = Read(1), leg = Read(2);
        Assert.Equal(2, mix.Duration.TotalSeconds, 0.05);
        ToneTimeline inMix = ToneTimeline.Measure(mix, [500, 900]), inLeg = ToneTimeline.Measure(leg, [500, 900]);
        Assert.Equal(1, Assert.Single(inMix.Heard(500, -30)).To.TotalSeconds, 0.1);
        Assert.InRange(Assert.Single(inMix.Heard(900, -30)).Length.TotalSeconds, 1.7, 2.01);
        Assert.Equal(1, Assert.Single(inLeg.Heard(500, -30)).To.TotalSeconds, 0.1);
        Assert.Empty(inLeg.Heard(900, -50));
    }

    [Fact]
    public void A_recording_ends_with_what_it_records_and_when_another_takes_its_place()
    {
        using LoopRig rig = new(recordings: _writer);
        Line a = rig.Call(500, 1);
        rig.Run(100);
        Record(rig, 1, null);
        rig.Run(100);
        Record(rig, 2, null);
        rig.Run(100);
        AwaitEnds(1);
        rig.Send(new LeaveConference(a.Id));
        rig.Run(100);
        AwaitEnds(1);
        Record(rig, 3, null);
        Assert.Equal(1, rig.Router.CommandsDropped);
        Assert.Equal([0.1, 0.1], new[] { Read(1), Read(2) }.Select(pcm => pcm.Duration.TotalSeconds));
    }

    public void Dispose()
    {
        _writer.Dispose();
        _events.Dispose();
        _folder.Delete(recursive: true);
    }

    private void Record(LoopRig rig, long id, LegId? leg) => rig.Send(new StartRecording(
        new RecordingId(id), new ConferenceId(1), leg, new RecordingTarget(PathOf(id), RecordingFormat.Wav, 8000)));

    private void AwaitEnds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Assert.True(_events.TryTake(out MediaEvent? item, TimeSpan.FromSeconds(30)));
            Assert.Equal((0L, RecordingFault.None), (Assert.IsType<RecordingEnded>(item).LostMs, ((RecordingEnded)item).Fault));
        }
    }

    private Pcm Read(long id) => WavFile.Read(PathOf(id));

    private string PathOf(long id) => Path.Combine(_folder.FullName, $"{id}.wav");
}
