namespace PhoneBridge.Bridge.Configuration;

/// <summary>Where the configuration comes from, weakest first.</summary>
/// <remarks>
/// 1. <c>appsettings.json</c> beside the program: every key with its default;
/// 2. the file named by the command line's <c>--config path</c> or by PHONEBRIDGE_CONFIG, when there is one;
/// 3. environment variables with the prefix <c>PHONEBRIDGE_</c>, two underscores for the colon: <c>PHONEBRIDGE_Api__Listen</c>;
/// 4. the command line: <c>--Sip:Udp:0=127.0.0.1:5070</c>.
/// Other environment variables and files are not read, so that a key that nobody knows is always a slip and can be refused.
/// </remarks>
internal static class BridgeConfiguration
{
    private const string EnvironmentPrefix = "PHONEBRIDGE_";
    private const string FileVariable = EnvironmentPrefix + "CONFIG";

    /// <summary>Replaces the sources of <paramref name="configuration"/>.</summary>
    /// <exception cref="ConfigurationException">A file is missing or is no JSON, or the command line cannot be read.</exception>
    public static void AddSources(IConfigurationManager configuration, string[] args)
    {
        configuration.Sources.Clear();
        (string? file, string[] others) = TakeFile(args);
        try
        {
            configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: false, reloadOnChange: false);
            if (file is not null)
            {
                configuration.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
            }

            configuration.AddInMemoryCollection(FromEnvironment());
            configuration.AddInMemoryCollection(FromCommandLine(others));
        }
        catch (FileNotFoundException e)
        {
            throw new ConfigurationException([$"{e.FileName ?? file}: there is no such file."]);
        }
        catch (InvalidDataException e)
        {
            throw new ConfigurationException([$"{file ?? "appsettings.json"}: {e.InnerException?.Message ?? e.Message}"]);
        }
    }

    private static (string? File, string[] Others) TakeFile(string[] args)
    {
        int at = Array.IndexOf(args, "--config");
        if (at < 0)
        {
            return (Environment.GetEnvironmentVariable(FileVariable), args);
        }

        return at + 1 < args.Length
            ? (args[at + 1], [.. args[..at], .. args[(at + 2)..]])
            : throw new ConfigurationException(["--config: names no file."]);
    }

    private static IEnumerable<KeyValuePair<string, string?>> FromEnvironment()
    {
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            string name = (string)entry.Key;
            if (name.StartsWith(EnvironmentPrefix, StringComparison.Ordinal) && name != FileVariable)
            {
                yield return new(name[EnvironmentPrefix.Length..].Replace("__", ConfigurationPath.KeyDelimiter, StringComparison.Ordinal), (string?)entry.Value);
            }
        }
    }

    // The framework's reader passes over what it does not understand; a slip must not start the bridge with another configuration.
    // Of a key that is given twice, the last counts: ./run puts its own before those of its user.
    private static Dictionary<string, string?> FromCommandLine(string[] args)
    {
        Dictionary<string, string?> result = new(StringComparer.OrdinalIgnoreCase);
        List<string> errors = [];
        for (int i = 0; i < args.Length; i++)
        {
            string arg = args[i];
            int equals = arg.IndexOf('=', StringComparison.Ordinal);
            if (arg.StartsWith("--", StringComparison.Ordinal) && equals > 2)
            {
                result[arg[2..equals]] = arg[(equals + 1)..];
            }
            else
            {
                // What stands behind "=", or alone where a blank parted it from its key, may be a password: it is not shown.
                string shown = equals > 0 ? arg[..equals]
                    : arg.StartsWith("--", StringComparison.Ordinal) ? arg
                    : $"word {i + 1} of the command line";
                errors.Add($"{shown}: write options as --Section:Key=value.");
            }
        }

        return errors.Count == 0 ? result : throw new ConfigurationException(errors);
    }
}
