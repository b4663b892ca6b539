using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using PhoneBridge.Bridge;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Storage;

const int CannotListen = 71; // EX_OSERR of sysexits.h: may be over at the next try

_ = LargePages.TryAdvise();

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
catch (Exception e) when (e is SocketException or IOException { InnerException: AddressInUseException })
{
    await Console.Error.WriteLineAsync($"An address of Sip:Udp, Sip:Tcp or Api:Listen cannot be listened on: {e.Message}");
    return CannotListen;
}
