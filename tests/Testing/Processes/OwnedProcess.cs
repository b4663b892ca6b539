using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace PhoneBridge.Testing.Processes;

/// <summary>One child process that this test run started: its output, its signals, its certain end.</summary>
/// <remarks>Signals go to the process id that was started here and to nothing else. Members may be used from any thread.</remarks>
public sealed partial class OwnedProcess : IAsyncDisposable
{
    private const int SigHup = 1;
    private const int SigTerm = 15;
    private const int SigKill = 9;

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Predicate<string> Wanted, TaskCompletionSource<string> Found)> _waiters = [];

    private OwnedProcess(Process process) => _process = process;

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether the process is gone.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Exit code; 128 + signal when a signal ended it. Throws while the process runs.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Resident memory [bytes], 0 when the process is gone.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64;
        }
    }

    /// <summary>Processor time used so far by all threads of the process.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Everything the process wrote to its standard output and error so far, by line.</summary>
    public IReadOnlyList<string> Output
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Starts a program with its arguments as separate words: no shell takes part.</summary>
    /// <param name="file">Program, found on PATH when it has no slash.</param>
    /// <param name="arguments">Arguments, passed on as they are.</param>
    /// <param name="workingDirectory">Folder to start in; null for the current one.</param>
    /// <param name="environment">Variables to add.</param>
    /// <exception cref="InvalidOperationException">The program is not there.</exception>
    public static OwnedProcess Start(
        string file,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? string.Empty,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception notThere)
        {
            throw new InvalidOperationException($"'{file}' cannot be started: {notThere.Message}", notThere);
        }

        OwnedProcess owned = new(process);
        process.OutputDataReceived += (_, line) => owned.Take(line.Data);
        process.ErrorDataReceived += (_, line) => owned.Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        return owned;
    }

    /// <summary>Waits for the first line, also among those already written, that is wanted.</summary>
    /// <exception cref="TimeoutException">No such line came; the message holds the last lines written.</exception>
    public async Task<string> WaitForLineAsync(Predicate<string> wanted, TimeSpan limit)
    {
        TaskCompletionSource<string> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.Find(wanted) is { } already)
            {
                return already;
            }

            _waiters.Add((wanted, found));
        }

        Task<string> line = found.Task;
        Task exit = _process.WaitForExitAsync();
        Task first = await Task.WhenAny(line, exit, Task.Delay(limit));
        if (first == exit)
        {
            // What was written just before the end is still on its way through the pipe.
            await Task.WhenAny(line, Task.Delay(TimeSpan.FromMilliseconds(500)));
        }

        return line.IsCompletedSuccessfully
            ? line.Result
            : throw new TimeoutException($"Line not seen (exited: {HasExited}). Last output:\n{Tail(20)}");
    }

    /// <summary>Waits for the end of the process.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TimeoutException">It still runs after <paramref name="limit"/>.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using CancellationTokenSource late = new(limit);
        try
        {
            await _process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Process {Id} still runs after {limit}. Last output:\n{Tail(20)}");
        }

        return _process.ExitCode;
    }

    /// <summary>Asks the process to read its files again (SIGHUP).</summary>
    public void Reload() => Send(SigHup);

    /// <summary>Asks the process to end (SIGTERM). Nothing happens when it is gone.</summary>
    public void Terminate() => Send(SigTerm);

    /// <summary>Ends the process at once (SIGKILL), as a crash would.</summary>
    public void Kill() => Send(SigKill);

    /// <summary>SIGTERM, then SIGKILL when it has not ended in time.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        Terminate();
        try
        {
            await WaitForExitAsync(grace);
        }
        catch (TimeoutException)
        {
            Kill();
            await WaitForExitAsync(TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>The last lines of the output, for failure texts.</summary>
    public string Tail(int lines)
    {
        lock (_gate)
        {
            return string.Join('\n', _lines.TakeLast(lines));
        }
    }

    /// <summary>Ends the process, softly first.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await StopAsync(TimeSpan.FromSeconds(3));
        }

        _process.Dispose();
    }

    private void Send(int signal)
    {
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, signal);
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Add(line);
            for (int i = _waiters.Count - 1; i >= 0; i--)
            {
                if (_waiters[i].Wanted(line))
                {
                    _waiters[i].Found.TrySetResult(line);
                    _waiters.RemoveAt(i);
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);
}
