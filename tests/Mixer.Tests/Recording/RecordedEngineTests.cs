using System.Collections.Concurrent;
using System.Net;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Testing.Audio;

namespace PhoneBridge.Mixer.Tests.Recording;

public sealed class RecordedEngineTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine-");
    private readonly BlockingCollection<MediaEvent> _events = [];

    [Fact]
    public void The_engine_tells_the_end_of_a_recording_that_was_stopped_and_of_one_that_ran_to_its_own_end()
    {
        using MediaEngine engine = new(new MediaEngineOptions { Loops = 1, FirstPort = 42000, LastPort = 42999 }, _events.Add);
        engine.Start();
        LegId leg = new(1);
        ConferenceId room = new(1);
        Assert.True(engine.TryOpenLeg(leg, IPAddress.Loopback, out _));
        engine.Send(new ConfigureLeg(leg, new LegMedia
        {
            Format = AudioFormat.Pcma, SendPayloadType = 8, ReceivePayloadType = 8, Remote = new IPEndPoint(IPAddress.Loopback, 9),
        }));
        engine.Send(new JoinConference(leg, room, MuteCauses.None));
        foreach (long id in (long[])[1, 2])
        {
            LegId? one = id == 1 ? null : leg;
            engine.Send(new StartRecording(new RecordingId(id), room, one, new RecordingTarget(PathOf(id), RecordingFormat.Wav, 8000)));
        }

        engine.Send(new StopRecording(new RecordingId(1)));
        Assert.Equal(new RecordingEnded(new RecordingId(1), 0, RecordingFault.None), NextEnd());
        engine.Dispose();
        Assert.Equal(new RecordingEnded(new RecordingId(2), 0, RecordingFault.None), NextEnd());
        Assert.All((long[])[1, 2], id => Assert.Equal(8000, WavFile.Read(PathOf(id)).SampleRateHz));
    }

    public void Dispose()
    {
        _events.Dispose();
        _folder.Delete(recursive: true);
    }

    private string PathOf(long id) => Path.Combine(_folder.FullName, $"{id}.wav");

    private RecordingEnded NextEnd()
    {
        while (_events.TryTake(out MediaEvent? item, TimeSpan.FromSeconds(30)))
        {
            if (item is RecordingEnded ended)
            {
                return ended;
            }
        }

        throw new TimeoutException("No end was told.");
    }
}
