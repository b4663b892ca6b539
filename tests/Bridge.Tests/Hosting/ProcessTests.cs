using System.Diagnostics;

namespace PhoneBridge.Bridge.Tests.Hosting;

/// <summary>The program as an operator starts it.</summary>
public sealed class ProcessTests
{
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

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "PhoneBridge.Bridge.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, errors);
    }
}
