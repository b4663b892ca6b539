using PhoneBridge.Bridge;
using PhoneBridge.Bridge.Configuration;

try
{
    await using WebApplication app = BridgeHost.Create(args);
    await app.RunAsync();
    return 0;
}
catch (ConfigurationException e)
{
    await Console.Error.WriteLineAsync($"The configuration cannot be used ({e.Errors.Count} to repair):");
    foreach (string error in e.Errors)
    {
        await Console.Error.WriteLineAsync($"  {error}");
    }

    return ConfigurationException.ExitCode;
}
