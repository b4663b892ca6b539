using PhoneBridge.Bridge.Tests.Storage;

// The kill tests start this program once more as the writer that they kill.
if (Environment.GetEnvironmentVariable(CrashWriter.FolderVariable) is { } folder)
{
    await CrashWriter.RunAsync(folder);
    return 0;
}

// The rest is what xunit writes for a program without an entry of its own.
return args.Any(arg => arg is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(
        args, PhoneBridge.Bridge.Tests.SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
