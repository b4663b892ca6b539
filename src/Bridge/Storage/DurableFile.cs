using System.Runtime.InteropServices;

namespace PhoneBridge.Bridge.Storage;

/// <summary>Writes a small file so that it is there whole or not at all, whatever dies when. Readable by its owner alone.</summary>
internal static partial class DurableFile
{
    /// <summary>Writes aside, flushes to disk, renames over, and flushes the folder that holds the new name.</summary>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        string aside = full + ".new";
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        File.Delete(aside);                         // one left by a crash could have other rights
        using (FileStream file = new(aside, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, full, overwrite: true);
        if (OperatingSystem.IsLinux())
        {
            FlushFolder(folder);
        }
    }

    /// <summary>Makes a folder that only its owner may enter, if there is none.</summary>
    internal static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void FlushFolder(string folder)
    {
        int descriptor = Open(folder, OpenFlags);
        if (descriptor < 0)
        {
            throw new IOException($"Cannot open the folder {folder} (errno {Marshal.GetLastPInvokeError()}).");
        }

        int result = FSync(descriptor);
        int error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"Cannot flush the folder {folder} (errno {error}).");
        }
    }

    // O_DIRECTORY is not needed to flush a folder, and its value differs between processors; O_RDONLY is 0 on all.
    private const int OpenFlags = 0;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
