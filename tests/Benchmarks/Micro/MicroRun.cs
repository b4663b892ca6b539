using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace PhoneBridge.Benchmarks.Micro;

/// <summary>Runs the micro-benchmarks with short settings: judged on ratio and allocation, not on the last per cent.</summary>
internal static class MicroRun
{
    /// <summary>Runs those that a filter matches.</summary>
    /// <returns>Exit code: 0 when at least one ran.</returns>
    public static int Run(string filter)
    {
        Job job = Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            .WithWarmupCount(3)
            .WithIterationCount(8)
            .WithIterationTime(TimeInterval.FromMilliseconds(200));
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(ConsoleLogger.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(MarkdownExporter.GitHub)
            .WithArtifactsPath(Path.Combine("artifacts", "benchmarks", "micro"))
            .WithOptions(ConfigOptions.DisableLogFile);
        return BenchmarkSwitcher.FromAssembly(typeof(MicroRun).Assembly).Run(["--filter", filter], config).Any() ? 0 : 1;
    }
}
