using System.Security.Cryptography;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Ogg;
using PhoneBridge.Media.SoundFiles;
using PhoneBridge.Media.Wav;
using PhoneBridge.Mixer.Recording;

namespace PhoneBridge.Mixer.Io;

/// <summary>
/// One recording: takes frames out of its tap and writes them to its file. While the disk refuses, the frames wait in the tap, and what
/// does not fit there is lost and counted by the tap; so there is one way to lose sound, and silence in its place follows from the
/// numbers of the frames.
/// </summary>
/// <remarks>Owned by the recording thread; <see cref="Watch"/> may be called by any.</remarks>
internal sealed class RecordingFile
{
    // A disk that is full may be given room by somebody who is woken for it.
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(2);

    // A minute of sound: then the other recordings have their turn.
    private const int FramesPerTurn = 3000;

    private readonly RecordingTap _tap;
    private readonly RecordingTarget _target;
    private readonly Func<string, Stream> _create;
    private readonly Action<MediaEvent> _tell;
    private readonly long _maxWavSamples;
    private readonly Lock _telling = new();
    private ISoundFileWriter? _writer;
    private Stream? _stream;
    private int _part;
    private long _length, _position, _taken, _unsaved;
    private bool _hasPosition, _isFinishing, _isLastChance, _hasTold, _hasEnded;
    private TimeSpan? _refusedSince;
    private TimeSpan _tryAt, _lookAt;

    /// <summary>Makes a recording that has no file yet.</summary>
    /// <param name="tap">Where its frames come from.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="create">Makes a new file for writing; fails when there is one.</param>
    /// <param name="tell">Hears of trouble and of the end.</param>
    /// <param name="maxWavSamples">When a WAV file is full and the next one begins [samples].</param>
    public RecordingFile(
        RecordingTap tap, RecordingTarget target, Func<string, Stream> create, Action<MediaEvent> tell, long maxWavSamples = WavStreamWriter.MostSamples)
    {
        _tap = tap;
        _target = target;
        _create = create;
        _tell = tell;
        _maxWavSamples = maxWavSamples;
    }

    /// <summary>The recording.</summary>
    public RecordingId Id => _tap.Id;

    /// <summary>Its file is closed, and so is its tap.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_telling)
            {
                return _hasEnded;
            }
        }
    }

    /// <summary>Writes what there is.</summary>
    /// <param name="now">The monotonic time.</param>
    /// <returns>There is more to write at once.</returns>
    public bool Turn(TimeSpan now)
    {
        if (HasEnded || now < _tryAt)
        {
            return false;
        }

        try
        {
            LookForFile(now);
            bool hasMore = !HasEnded && Drain();
            _refusedSince = null;
            Watch();
            return hasMore;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            OnRefusal(FaultOf(e), now);
            return false;
        }
        catch (PlatformNotSupportedException)
        {
            End(RecordingFault.CodecMissing);
            return false;
        }
    }

    /// <summary>Writes what there is, tries nothing twice, and ends.</summary>
    /// <param name="now">The monotonic time.</param>
    public void EndNow(TimeSpan now)
    {
        _tap.Complete();
        _isLastChance = true;
        _tryAt = now;
        while (!HasEnded)
        {
            Turn(now);
        }
    }

    /// <summary>Ends because of a defect of ours.</summary>
    public void Abort() => End(RecordingFault.Defect);

    /// <summary>Says once when sound is being lost, also while the recording thread waits for a disk. Any thread.</summary>
    public void Watch()
    {
        if (_tap.FramesLost > 0)
        {
            TellTrouble(RecordingFault.SlowDisk);
        }
        else if (_tap.FramesRefused > 0)
        {
            TellTrouble(RecordingFault.WrongRate);
        }
    }

    private bool Drain()
    {
        bool isComplete = _tap.IsComplete;      // before the frames are looked at: then all of them are seen
        if (_isFinishing)
        {
            CloseFile();
        }
        else if (_part == 0 || _writer is not null)
        {
            OpenFile();
        }

        bool hasStarted = _tap.HasStarted;
        long now = _tap.Now;
        if (hasStarted && !_hasPosition)
        {
            _position = _tap.Start;
            _hasPosition = true;
        }

        for (int i = 0; hasStarted && i < FramesPerTurn; i++)
        {
            if (_tap.TryPeek(out ReadOnlySpan<short> frame, out long number) && number < _tap.StopAt)
            {
                Append(_position < number ? default : frame);
            }
            else if (_position < now)
            {
                Append(default);
            }
            else
            {
                hasStarted = false;
            }
        }

        if (!hasStarted && isComplete)
        {
            CloseFile();
            End(RecordingFault.None);
        }

        return hasStarted;
    }

    /// <summary>Adds the frame at the position, silence when there is none.</summary>
    private void Append(ReadOnlySpan<short> frame)
    {
        if (_writer is { IsFull: true })
        {
            CloseFile();
        }

        OpenFile();
        if (frame.IsEmpty)
        {
            _writer!.AppendSilence();
        }
        else
        {
            _writer!.Append(frame);
            _tap.Take();
            _taken++;
            _unsaved++;
        }

        _position++;
        WriteBlock();
    }

    /// <summary>Sees to it that there is a file with its first bytes in it, and that no block waits.</summary>
    private void OpenFile()
    {
        if (_writer is null)
        {
            _part++;
            _writer = _target.Format switch
            {
                RecordingFormat.Wav => new WavStreamWriter(_target.SampleRateHz, _maxWavSamples),
                _ => new OggOpusWriter(
                    AudioCodecs.CreateEncoder(AudioFormat.Opus(_target.SampleRateHz), Opus),
                    _target.SampleRateHz,
                    (uint)RandomNumberGenerator.GetInt32(int.MaxValue)),
            };
        }

        if (_stream is null)
        {
            _stream = _create(PathOfPart());
            _length = 0;
        }

        WriteBlock();
    }

    // No packet of a file is lost: nothing is spent on error correction.
    private static OpusSettings Opus { get; } = new() { BitrateBps = 24_000, UsesInbandFec = false, ExpectedLossPercent = 0 };

    private string PathOfPart() => _part == 1
        ? _target.Path
        : Path.Combine(
            Path.GetDirectoryName(_target.Path) ?? "",
            $"{Path.GetFileNameWithoutExtension(_target.Path)}-{_part}{Path.GetExtension(_target.Path)}");

    private void WriteBlock()
    {
        if (_writer!.Block.IsEmpty)
        {
            return;
        }

        // A try before this one may have left a part of the block there: it is written over.
        WriteAt(_length, _writer.Block);
        if (!_writer.Header.IsEmpty)
        {
            WriteAt(0, _writer.Header);
        }

        _length += _writer.Block.Length;
        _writer.BlockWritten();
        _unsaved = 0;
    }

    private void WriteAt(long place, ReadOnlySpan<byte> bytes)
    {
        if (_stream!.CanSeek)
        {
            _stream.Position = place;
        }

        _stream.Write(bytes);
        _stream.Flush();
    }

    private void CloseFile()
    {
        if (!_isFinishing)
        {
            OpenFile();
            _writer!.Finish();
            _isFinishing = true;
        }

        WriteBlock();
        _stream!.Dispose();
        _writer!.Dispose();
        _stream = null;
        _writer = null;
        _isFinishing = false;
    }

    // Writing to a file that has no name any more succeeds, and everything is gone when it is closed.
    private void LookForFile(TimeSpan now)
    {
        if (now < _lookAt || _stream is not FileStream file)
        {
            return;
        }

        _lookAt = now + LookAfter;
        string? name = new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget;
        if (name is not null && name.EndsWith(" (deleted)", StringComparison.Ordinal))
        {
            _unsaved = _taken;
            TellTrouble(RecordingFault.FileRemoved);
            End(RecordingFault.FileRemoved);
        }
    }

    private void OnRefusal(RecordingFault fault, TimeSpan now)
    {
        if (_stream is null && _part == 1 && fault != RecordingFault.DiskFull)
        {
            fault = RecordingFault.CannotCreate;        // whoever asked can name another place at once
            _isLastChance = true;
        }

        TellTrouble(fault);
        _refusedSince ??= now;
        _tryAt = now + TryAgainAfter;
        if (_isLastChance || now - _refusedSince >= GiveUpAfter)
        {
            End(fault);
        }
    }

    private void End(RecordingFault fault)
    {
        CutToWhole();
        _writer?.Dispose();
        _writer = null;
        long lost = _tap.FramesLost + _tap.FramesRefused + (fault == RecordingFault.None ? 0 : _unsaved + _tap.Waiting);
        _tap.Close();
        lock (_telling)
        {
            if (!_hasEnded)
            {
                _hasEnded = true;
                _tell(new RecordingEnded(Id, lost * MediaEngine.FrameMs, fault));
            }
        }
    }

    /// <summary>Closes the file behind its last whole block, if it is open.</summary>
    private void CutToWhole()
    {
        try
        {
            using Stream? stream = _stream;
            _stream = null;
            if (stream is { CanSeek: true })
            {
                stream.SetLength(_length);
            }
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            // The end of the file is a part of a block then, which readers pass over.
        }
    }

    private void TellTrouble(RecordingFault fault)
    {
        lock (_telling)
        {
            if (!_hasTold && !_hasEnded)
            {
                _hasTold = true;
                _tell(new RecordingTrouble(Id, _tap.FramesLost * MediaEngine.FrameMs, fault));
            }
        }
    }

    // .NET puts the number of the system's error into the low 16 bits: ENOSPC, EDQUOT.
    private static RecordingFault FaultOf(Exception e) =>
        (e.HResult & 0xFFFF) is 28 or 122 ? RecordingFault.DiskFull : RecordingFault.WriteFailed;
}
