using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Speech;

/// <summary>Speech from espeak-ng, run as a program of its own: text by standard input, WAV by standard output, no shell.</summary>
/// <remarks>The text is data: it never becomes an argument, and markup is not interpreted (no <c>-m</c>). Any thread.</remarks>
public sealed class EspeakSpeechEngine : ISpeechEngine, IDisposable
{
    private readonly EspeakOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turns;

    private EspeakSpeechEngine(EspeakOptions options, string? version, TimeProvider time)
    {
        _options = options;
        Version = version;
        _time = time;
        _turns = new SemaphoreSlim(options.Concurrency);
    }

    /// <inheritdoc />
    public string? Version { get; }

    /// <summary>Looks for the program and asks its version. Without it the engine is there, but cannot be used.</summary>
    public static async Task<EspeakSpeechEngine> FindAsync(EspeakOptions options, TimeProvider time, CancellationToken cancellation)
    {
        (SpeechOutcome outcome, byte[] output) = await RunAsync(options, ["--version"], "", time, cancellation).ConfigureAwait(false);
        string? version = null;
        if (outcome == SpeechOutcome.Spoken)
        {
            string firstLine = Encoding.UTF8.GetString(output).Split('\n', 2)[0];
            version = $"{SpeechText.Clean(firstLine.Split("Data at", 2)[0])} {options.FrenchVoice} {options.EnglishVoice} "
                + string.Create(CultureInfo.InvariantCulture, $"{options.WordsPerMinute} {options.SlowWordsPerMinute}");
        }

        return new EspeakSpeechEngine(options, version, time);
    }

    /// <inheritdoc />
    public async Task<SpeechResult> SynthesizeAsync(SpeechRequest request, CancellationToken cancellation)
    {
        if (Version is null)
        {
            return SpeechResult.Failure(SpeechOutcome.Unavailable);
        }

        string text = SpeechText.Clean(request.Text);
        if (!text.Any(char.IsLetterOrDigit))
        {
            return SpeechResult.Failure(SpeechOutcome.NothingToSay);
        }

        string voice = request.Language == IvrLanguage.French ? _options.FrenchVoice : _options.EnglishVoice;
        int pace = request.IsSlow ? _options.SlowWordsPerMinute : _options.WordsPerMinute;
        string[] arguments = ["--stdin", "--stdout", "-b", "1", "-v", voice, "-s", pace.ToString(CultureInfo.InvariantCulture)];

        if (!await _turns.WaitAsync(_options.TurnTimeout, cancellation).ConfigureAwait(false))
        {
            return SpeechResult.Failure(SpeechOutcome.Busy);
        }

        try
        {
            (SpeechOutcome outcome, byte[] output) = await RunAsync(_options, arguments, text, _time, cancellation).ConfigureAwait(false);
            if (outcome != SpeechOutcome.Spoken)
            {
                return SpeechResult.Failure(outcome);
            }

            return StreamedWave.TryRead(output, out short[] samples, out int rate) && samples.Length > 0
                ? new SpeechResult(SpeechOutcome.Spoken, samples, rate)
                : SpeechResult.Failure(SpeechOutcome.Failed);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turns.Dispose();

    private static async Task<(SpeechOutcome Outcome, byte[] Output)> RunAsync(
        EspeakOptions options, IEnumerable<string> arguments, string text, TimeProvider time, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(options.Program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
        };
        using Process process = new() { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Exception error) when (error is ExternalException or FileNotFoundException)     // Win32Exception is one
        {
            return (SpeechOutcome.Unavailable, []);
        }

        using CancellationTokenSource timeout = new(options.Timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            // Both directions at once: the program may fill its output pipe before it has read all of its input.
            Task<byte[]?> reading = ReadAsync(process.StandardOutput.BaseStream, options.MaxOutputBytes, either.Token);
            Task ignoring = process.StandardError.BaseStream.CopyToAsync(Stream.Null, either.Token);
            await WriteAsync(process.StandardInput, text, either.Token).ConfigureAwait(false);
            byte[]? output = await reading.ConfigureAwait(false);
            if (output is null)
            {
                return (SpeechOutcome.TooLong, []);
            }

            await ignoring.ConfigureAwait(false);
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? (SpeechOutcome.Spoken, output) : (SpeechOutcome.Failed, []);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return (SpeechOutcome.TimedOut, []);
        }
        catch (IOException)
        {
            return (SpeechOutcome.Failed, []);              // the pipe broke: the program died
        }
        finally
        {
            Kill(process);
        }
    }

    private static async Task WriteAsync(StreamWriter input, string text, CancellationToken cancellation)
    {
        await input.WriteAsync(text.AsMemory(), cancellation).ConfigureAwait(false);
        await input.DisposeAsync().ConfigureAwait(false);
    }

    /// <returns>Null when there is more than <paramref name="maxBytes"/>.</returns>
    private static async Task<byte[]?> ReadAsync(Stream output, int maxBytes, CancellationToken cancellation)
    {
        using MemoryStream collected = new();
        byte[] buffer = new byte[16 * 1024];
        int count;
        while ((count = await output.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            if (collected.Length + count > maxBytes)
            {
                return null;
            }

            collected.Write(buffer, 0, count);
        }

        return collected.ToArray();
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
        catch (InvalidOperationException)
        {
            // it ended between the question and the order
        }
    }
}
