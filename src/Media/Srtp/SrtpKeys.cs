namespace PhoneBridge.Media.Srtp;

/// <summary>What a leg needs to speak SRTP: suite and keys, as agreed by the signalling. Equal when everything is.</summary>
/// <param name="Suite">For both directions.</param>
/// <param name="Send">Protects what we send.</param>
/// <param name="Receive">Protects what the peer sends.</param>
public sealed record SrtpKeys(SrtpSuite Suite, SrtpKey Send, SrtpKey Receive)
{
    /// <summary>Longest master key identifier [bytes] (RFC 4568 §6.1).</summary>
    public const int MaxIdentifierLength = 128;

    /// <summary>Length of the master key identifier in the peer's packets [bytes]; 0: they have none. Ours have none.</summary>
    public int IdentifierLength { get; init; }

    /// <summary>The identifier's value; written with leading zeros up to its length.</summary>
    public uint Identifier { get; init; }

    /// <summary>Overwrites both keys.</summary>
    public void Erase()
    {
        Send.Erase();
        Receive.Erase();
    }
}
