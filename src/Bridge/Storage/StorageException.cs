namespace PhoneBridge.Bridge.Storage;

/// <summary>The data folder cannot be used as it is, or a write could not be kept. The message is for the operator.</summary>
public sealed class StorageException : Exception
{
    /// <summary>Makes one.</summary>
    public StorageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with its cause.</summary>
    public StorageException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
