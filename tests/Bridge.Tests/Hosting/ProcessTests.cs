using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace PhoneBridge.Bridge.Tests.Hosting;

/// <summary>The program as an operator starts it.</summary>
public sealed partial class ProcessTests
{
    private const int SigInt = 2;
    private const int SigTerm = 15;

    [Fact]
    public async Task A_wrong_configuration_exits_with_78_and_every_error_in_plain_words()
    {
        (int code, string output, string errors) = await RunAsync("--Sip:Udpp=1", "--Ivr:Tries=9");
        Assert.Equal((78, ""), (code, output));
        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("The configuration cannot be used (2 to repair):", lines[0]);
        Assert.StartsWith("  Sip:Udpp: is not a known key", lines[1], StringComparison.Ordinal);
        Assert.Equal("  Ivr:Tries: must be between 1 and 5.", lines[2]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_used_exits_with_78_and_the_reason()
    {
        using TemporaryFolder folder = new();
        string file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        (int code, _, string errors) = await RunAsync($"--Storage:Folder={file}/data");
        Assert.Equal(78, code);
        Assert.StartsWith("The data folder cannot be used: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_another_program_has_stops_the_start_in_one_line()
    {
        using TemporaryFolder folder = new();
        using TcpListener other = new(IPAddress.Loopback, 0);
        other.Start();
        (int code, _, string errors) = await RunAsync(
            $"--Api:Listen=http://{other.LocalEndpoint}", "--Sip:Udp:0=127.0.0.1:0", "--Sip:Tcp:0=127.0.0.1:0", $"--Storage:Folder={folder.Path}");
        Assert.Equal(71, code);
        Assert.StartsWith("An address of Sip:Udp, Sip:Tcp or Api:Listen cannot be listened on: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(SigTerm)]
    [InlineData(SigInt)]
    public async Task A_signal_stops_it_cleanly_once_it_is_ready(int signal)
    {
        using TemporaryFolder folder = new();
        using Process process = Start(
            "--Api:Listen=http://127.0.0.1:0", "--Sip:Udp:0=127.0.0.1:0", "--Sip:Tcp:0=127.0.0.1:0", "--Demo:Enabled=true", $"--Storage:Folder={folder.Path}");
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string screen = "";
        while (!screen.Contains("Ctrl-C", StringComparison.Ordinal))
        {
            screen += await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(await errors);
        }

        Assert.Matches("sip:conference@127.0.0.1:[1-9][0-9]+", screen);
        Assert.Equal(0, Kill(process.Id, signal));
        await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (process.ExitCode, await errors));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using Process process = Start(args);
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, errors);
    }

    private static Process Start(params string[] args) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "PhoneBridge.Bridge.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
