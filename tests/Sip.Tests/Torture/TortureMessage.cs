namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>The files beside this test.</summary>
internal static class TortureMessage
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Torture", "messages");

    public static byte[] Read(string name) => File.ReadAllBytes(Path.Combine(Folder, name + ".dat"));

    public static IReadOnlyList<string> Names { get; } =
        [.. Directory.GetFiles(Folder, "*.dat").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];
}
