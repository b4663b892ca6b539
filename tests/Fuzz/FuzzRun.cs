using System.Diagnostics;
using System.Globalization;
using SharpFuzz;

namespace PhoneBridge.Fuzz;

/// <summary>The command line: mutates without any tool, or serves AFL++ and libFuzzer.</summary>
internal static class FuzzRun
{
    private const int Portion = 20_000;

    private static readonly string Usage = $"""
        TARGET|all [--iterations N] [--seed S]     so many mutations of the corpus for each target; default 100 000
        TARGET|all --seconds N | --hours N         new seeds until the time is over
        TARGET --afl | --libfuzzer                 on instrumented assemblies, started by the fuzzer (see ./cover)
        targets: {string.Join(' ', FuzzTarget.All.Select(item => item.Name))}
        An input that breaks a promise is kept in finding-TARGET-SEED-N.bin; the exit code is then 1.
        """;

    public static int Start(string[] args)
    {
        string name = args.Length == 0 ? "" : args[0];
        IReadOnlyList<FuzzTarget> targets = name == "all" ? FuzzTarget.All : [.. FuzzTarget.All.Where(item => item.Name == name)];
        if (targets.Count == 0)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        if (args.Contains("--libfuzzer"))
        {
            Fuzzer.LibFuzzer.Run(input => targets[0].Run(input));
            return 0;
        }

        if (args.Contains("--afl"))
        {
            Fuzzer.OutOfProcess.Run(stream =>
            {
                using MemoryStream input = new();
                stream.CopyTo(input);
                targets[0].Run(input.GetBuffer().AsSpan(0, (int)input.Length));
            });
            return 0;
        }

        double seconds = Number(args, "--seconds", 0) + (3600 * Number(args, "--hours", 0));
        int seed = (int)Number(args, "--seed", 1);
        return seconds > 0 ? For(TimeSpan.FromSeconds(seconds), targets, seed) : Once(targets, (int)Number(args, "--iterations", 100_000), seed);
    }

    private static int Once(IReadOnlyList<FuzzTarget> targets, int iterations, int seed)
    {
        bool isClean = true;
        foreach (FuzzTarget target in targets)
        {
            FuzzSession session = new(target);
            isClean &= session.Try(iterations, seed);
            Console.WriteLine(session.Summary);
        }

        return isClean ? 0 : 1;
    }

    private static int For(TimeSpan time, IReadOnlyList<FuzzTarget> targets, int seed)
    {
        FuzzSession[] sessions = [.. targets.Select(target => new FuzzSession(target))];
        Stopwatch watch = Stopwatch.StartNew();
        bool isClean = true;
        for (; watch.Elapsed < time; seed++)
        {
            foreach (FuzzSession session in sessions.TakeWhile(_ => watch.Elapsed < time))
            {
                isClean &= session.Try(Portion, seed);
            }
        }

        foreach (FuzzSession session in sessions)
        {
            Console.WriteLine(session.Summary);
        }

        return isClean ? 0 : 1;
    }

    private static double Number(string[] args, string name, double fallback)
    {
        int index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? double.Parse(args[index + 1], CultureInfo.InvariantCulture) : fallback;
    }
}
