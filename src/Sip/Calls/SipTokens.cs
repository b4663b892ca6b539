using System.Security.Cryptography;

namespace PhoneBridge.Sip.Calls;

/// <summary>Tags, branches and random waits. Unguessable, or seeded for a test that must repeat itself.</summary>
/// <remarks>Not thread safe when seeded.</remarks>
internal sealed class SipTokens(Random? seeded = null)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A tag: 62 random bits (RFC 3261 §19.3 asks for 32).</summary>
    public string Tag() => Next(12);

    /// <summary>A branch with the cookie of RFC 3261.</summary>
    public string Branch() => Messages.SipVia.MagicCookie + Next(16);

    /// <summary>A whole number from <paramref name="min"/> to <paramref name="max"/>, both included.</summary>
    public int Between(int min, int max) =>
        seeded?.Next(min, max + 1) ?? RandomNumberGenerator.GetInt32(min, max + 1);

    private string Next(int length) => seeded is null
        ? RandomNumberGenerator.GetString(Alphabet, length)
        : string.Create(length, seeded, static (text, random) => random.GetItems<char>(Alphabet, text));
}
