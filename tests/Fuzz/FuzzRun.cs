using System.Globalization;
using SharpFuzz;

namespace PhoneBridge.Fuzz;

/// <summary>
/// <c>dotnet run -- TARGET [--iterations N] [--seed S]</c> mutates the corpus without any tool;
/// <c>dotnet run -- TARGET --libfuzzer</c> is the entry for libfuzzer-dotnet on instrumented assemblies.
/// </summary>
internal static class FuzzRun
{
    public static int Start(string[] args)
    {
        FuzzTarget? target = args.Length == 0 ? null : FuzzTarget.All.FirstOrDefault(item => item.Name == args[0]);
        if (target is null)
        {
            Console.Error.WriteLine($"usage: TARGET [--iterations N] [--seed S] | TARGET --libfuzzer; targets: {string.Join(' ', FuzzTarget.All.Select(item => item.Name))}");
            return 2;
        }

        if (args.Contains("--libfuzzer"))
        {
            Fuzzer.LibFuzzer.Run(input => target.Run(input));
            return 0;
        }

        return Mutate(target, Number(args, "--iterations", 100_000), Number(args, "--seed", 1));
    }

    private static int Mutate(FuzzTarget target, int iterations, int seed)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Corpus", target.Name);
        List<byte[]> corpus = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        foreach (byte[] input in corpus)
        {
            target.Run(input);
        }

        Mutator mutator = new(corpus, seed);
        for (int i = 0; i < iterations; i++)
        {
            byte[] input = mutator.Next();
            try
            {
                target.Run(input);
            }
            catch (Exception e)
            {
                string file = $"finding-{target.Name}-{seed}-{i}.bin";
                File.WriteAllBytes(file, input);
                Console.Error.WriteLine($"{target.Name}: seed {seed}, iteration {i}, input kept in {file}\n{e}");
                return 1;
            }
        }

        Console.WriteLine($"{target.Name}: {corpus.Count} inputs of the corpus and {iterations} mutations of them, seed {seed}: no finding");
        return 0;
    }

    private static int Number(string[] args, string name, int fallback)
    {
        int index = Array.IndexOf(args, name);
        return index >= 0 && index + 1 < args.Length ? int.Parse(args[index + 1], CultureInfo.InvariantCulture) : fallback;
    }
}
