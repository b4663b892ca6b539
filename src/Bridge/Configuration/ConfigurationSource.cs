namespace PhoneBridge.Bridge.Configuration;

/// <summary>Reads the configuration again from where the running program had it: the same files, environment and command line.</summary>
/// <param name="args">The command line.</param>
internal sealed class ConfigurationSource(string[] args)
{
    /// <summary>Reads and judges it whole.</summary>
    /// <param name="sip">Its section <c>Sip</c>; usable when there are no errors.</param>
    /// <returns>Every error, as at the start.</returns>
    public IReadOnlyList<string> Read(out SipOptions sip)
    {
        sip = new SipOptions();
        using ConfigurationManager configuration = new();
        try
        {
            BridgeConfiguration.AddSources(configuration, args);
        }
        catch (ConfigurationException e)
        {
            return e.Errors;
        }

        IReadOnlyList<string> errors = ConfigurationErrors.Find(configuration);
        if (errors.Count == 0)
        {
            configuration.GetSection(SipOptions.Section).Bind(sip);
        }

        return errors;
    }
}
