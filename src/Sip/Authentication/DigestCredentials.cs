namespace PhoneBridge.Sip.Authentication;

/// <summary>A user and its password. Prints as <c>***</c>: neither belongs in a log.</summary>
/// <param name="userName">Name towards the realms.</param>
/// <param name="password">Plain text.</param>
/// <remarks>Immutable, safe from any thread.</remarks>
public sealed class DigestCredentials(string userName, string password)
{
    /// <summary>Name towards the realms.</summary>
    public string UserName { get; } = userName;

    /// <summary>Plain text.</summary>
    public string Password { get; } = password;

    /// <inheritdoc/>
    public override string ToString() => "***";
}
