using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Testing.Audio;

/// <summary>Xiph.Org's own programs for Ogg Opus files (package opus-tools): a reader that we did not write.</summary>
public static class OpusTools
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Decodes a file with opusdec.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="sampleRateHz">Rate of the result [Hz].</param>
    /// <exception cref="InvalidDataException">opusdec refuses it.</exception>
    public static async Task<Pcm> DecodeAsync(byte[] file, int sampleRateHz = 48000)
    {
        using Folder folder = new();
        await File.WriteAllBytesAsync(folder.Path("in.opus"), file);
        string[] output = await RunAsync("opusdec", ["--rate", $"{sampleRateHz}", "--no-dither", folder.Path("in.opus"), folder.Path("out.wav")]);
        return File.Exists(folder.Path("out.wav"))
            ? WavFile.Read(folder.Path("out.wav"))
            : throw new InvalidDataException(string.Join('\n', output));
    }

    /// <summary>What opusinfo says of a file, by line; a line with WARNING in it tells of a fault.</summary>
    public static async Task<string[]> InspectAsync(byte[] file)
    {
        using Folder folder = new();
        await File.WriteAllBytesAsync(folder.Path("in.opus"), file);
        return await RunAsync("opusinfo", ["-v", folder.Path("in.opus")]);
    }

    /// <summary>Encodes with opusenc.</summary>
    public static async Task<byte[]> EncodeAsync(Pcm pcm)
    {
        using Folder folder = new();
        WavFile.Write(folder.Path("in.wav"), pcm);
        await RunAsync("opusenc", ["--quiet", folder.Path("in.wav"), folder.Path("out.opus")]);
        return await File.ReadAllBytesAsync(folder.Path("out.opus"));
    }

    private static async Task<string[]> RunAsync(string program, string[] arguments)
    {
        await using OwnedProcess process = OwnedProcess.Start(program, arguments);
        int code = await process.WaitForExitAsync(Limit);
        return code == 0 ? [.. process.Output] : throw new InvalidDataException($"{program} ended with {code}:\n{process.Tail(20)}");
    }

    private sealed class Folder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opus-tools-");

        public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
