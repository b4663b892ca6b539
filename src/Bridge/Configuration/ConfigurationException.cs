namespace PhoneBridge.Bridge.Configuration;

/// <summary>The configuration cannot be used; holds every reason, in words for the operator.</summary>
public sealed class ConfigurationException(IReadOnlyList<string> errors) : Exception(string.Join(Environment.NewLine, errors))
{
    /// <summary>Exit code of a program stopped by its configuration (EX_CONFIG of sysexits.h).</summary>
    public const int ExitCode = 78;

    /// <summary>One line an error, each starting with the key.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
