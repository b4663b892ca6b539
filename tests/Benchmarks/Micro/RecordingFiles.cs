using BenchmarkDotNet.Attributes;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Ogg;
using PhoneBridge.Media.SoundFiles;
using PhoneBridge.Media.Wav;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>What a recording costs the recording thread, the disk left out: one frame of 20 ms of speech-like noise made into its part of a file.</summary>
public class RecordingFiles : IDisposable
{
    private short[] _frame = [];
    private OggOpusWriter _opus = null!;
    private WavStreamWriter _wav = null!;

    /// <summary>Rate of the frames [Hz].</summary>
    [Params(8000, 16000, 48000)]
    public int RateHz { get; set; }

    /// <summary>Opens both.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        Random random = new(1);
        _frame = new short[RateHz / 50];
        for (int i = 0; i < _frame.Length; i++)
        {
            _frame[i] = (short)((6000 * Math.Sin(2 * Math.PI * 200 * i / RateHz)) + random.Next(-2000, 2000));
        }

        _opus = new OggOpusWriter(
            AudioCodecs.CreateEncoder(AudioFormat.Opus(RateHz), new OpusSettings { BitrateBps = 24_000, UsesInbandFec = false }), RateHz, serial: 1);
        _wav = new WavStreamWriter(RateHz);
    }

    /// <summary>Frees the encoder.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _opus.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ogg Opus: encoding, and a page each half second.</summary>
    [Benchmark]
    public void OggOpus() => Append(_opus);

    /// <summary>Ogg Opus, silence for what was lost.</summary>
    [Benchmark]
    public void OggOpusSilence()
    {
        if (!_opus.Block.IsEmpty)
        {
            _opus.BlockWritten();
        }

        _opus.AppendSilence();
    }

    /// <summary>WAV.</summary>
    [Benchmark(Baseline = true)]
    public void Wav()
    {
        if (_wav.IsFull)
        {
            _wav = new WavStreamWriter(RateHz);
        }

        Append(_wav);
    }

    private void Append(ISoundFileWriter writer)
    {
        if (!writer.Block.IsEmpty)
        {
            writer.BlockWritten();
        }

        writer.Append(_frame);
    }
}
