namespace PhoneBridge.Bridge.Certificates;

/// <summary>Something read from files, and read again when they change. What cannot be read leaves the old value in place.</summary>
/// <remarks>The owner alone refreshes; values are read on any thread.</remarks>
/// <typeparam name="T">What is read; not changed afterwards.</typeparam>
internal sealed class FileBacked<T>(string name, string[] files, Func<T> read)
    where T : class
{
    private (DateTime Written, long Length)[]? _stamps;
    private volatile T? _value;

    /// <summary>Whose files they are, for logs and metrics.</summary>
    public string Name => name;

    /// <summary>What was last read without a fault; null as long as nothing was.</summary>
    public T? Value => _value;

    /// <summary>Why the files as they are now cannot be used; null when they can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads the files if they changed since the last time, or in any case.</summary>
    /// <returns>Whether they were read, well or not.</returns>
    public bool Refresh(bool isForced)
    {
        // Taken before reading: what is written meanwhile is found the next time.
        (DateTime, long)[] stamps = [.. files.Select(StampOf)];
        if (!isForced && _stamps is not null && stamps.SequenceEqual(_stamps))
        {
            return false;
        }

        _stamps = stamps;
        try
        {
            _value = read();
            Fault = null;
        }
        catch (IOException error)
        {
            Fault = error.Message;
        }

        return true;
    }

    // Of what a link points to: certbot and Kubernetes renew by turning a link. A missing file has a stamp of its own.
    private static (DateTime Written, long Length) StampOf(string file)
    {
        try
        {
            FileSystemInfo place = new FileInfo(file);
            FileInfo target = (FileInfo)(place.ResolveLinkTarget(returnFinalTarget: true) ?? place);
            return target.Exists ? (target.LastWriteTimeUtc, target.Length) : default;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
