using PhoneBridge.Bridge;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Storage;

try
{
    await using WebApplication app = await BridgeHost.CreateAsync(args);
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
catch (StorageException e)
{
    await Console.Error.WriteLineAsync($"The data folder cannot be used: {e.Message}");
    return ConfigurationException.ExitCode;
}
