using System.Security.Cryptography;
using System.Text;
using PhoneBridge.Ivr.Speech;
using PhoneBridge.Media.Wav;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>Keeps the speech of fixed sentences on disk, so that a restart does not speak them all again. Any thread.</summary>
/// <remarks>
/// Only sentences without a caller's or owner's words come here: a title may name people, and takes 20 ms to speak again. A
/// folder belongs to one version of engine and voices; folders of others are removed. A file that cannot be written or read
/// costs time, not the prompt.
/// </remarks>
public sealed class SpeechFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;

    /// <summary>Opens the folder of one engine version below <paramref name="root"/>; makes it, and removes those of others.</summary>
    public SpeechFiles(string root, string engineVersion)
    {
        _folder = Path.Combine(root, Hash(engineVersion)[..16]);
        try
        {
            foreach (string other in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
            {
                if (!string.Equals(other, _folder, StringComparison.Ordinal))
                {
                    Directory.Delete(other, recursive: true);
                }
            }

            Directory.CreateDirectory(_folder, OwnerOnly);           // may be the first to make the data folder
        }
        catch (Exception error) when (IsDiskError(error))
        {
            // nothing is kept then; each write below fails the same quiet way
        }
    }

    /// <summary>The speech kept for a request; null when there is none.</summary>
    public async Task<SpeechResult?> TryReadAsync(SpeechRequest request, CancellationToken cancellation)
    {
        try
        {
            byte[] file = await File.ReadAllBytesAsync(PathOf(request), cancellation).ConfigureAwait(false);
            return WavReader.TryRead(file, out WavAudio? audio) == WavError.None && audio!.Samples.Length > 0
                ? new SpeechResult(SpeechOutcome.Spoken, audio.Samples, audio.SampleRateHz)
                : null;
        }
        catch (Exception error) when (IsDiskError(error))
        {
            return null;
        }
    }

    /// <summary>Keeps the speech of a request. A file is whole or not there: it is written beside and renamed.</summary>
    public async Task WriteAsync(SpeechRequest request, SpeechResult speech, CancellationToken cancellation)
    {
        string path = PathOf(request);
        string beside = $"{path}.{Guid.NewGuid():N}";
        try
        {
            await File.WriteAllBytesAsync(beside, WavWriter.Write(speech.Samples.Span, speech.SampleRateHz), cancellation).ConfigureAwait(false);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception error) when (IsDiskError(error))
        {
            // full or read-only disk: the prompt is spoken again after the next start
        }
    }

    private static bool IsDiskError(Exception error) => error is IOException or UnauthorizedAccessException;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private string PathOf(SpeechRequest request) => Path.Combine(_folder, Hash($"{request.Language}\n{request.IsSlow}\n{request.Text}") + ".wav");
}
