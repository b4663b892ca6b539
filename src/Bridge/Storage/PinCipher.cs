using System.Security.Cryptography;
using System.Text;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Storage;

/// <summary>Keeps PINs so that their owners can read them again: AES-256-GCM, bound to the room and the role.</summary>
/// <remarks>Not thread safe for encryption and decryption at once; the store uses it from its writer and at opening.</remarks>
internal sealed class PinCipher(ReadOnlySpan<byte> key) : IDisposable
{
    private const int NonceLength = 12, TagLength = 16;
    private readonly AesGcm _aes = new(key, TagLength);

    public void Dispose() => _aes.Dispose();

    /// <summary>Nonce, cipher text, tag. A random nonce of 12 bytes is safe for far more PINs than there are.</summary>
    internal byte[] Encrypt(Pin pin, RoomId room, Role role)
    {
        byte[] sealedPin = new byte[NonceLength + Pin.Length + TagLength];
        Span<byte> nonce = sealedPin.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        Span<byte> digits = stackalloc byte[Pin.Length];
        pin.CopyDigits(digits);
        _aes.Encrypt(nonce, digits, sealedPin.AsSpan(NonceLength, Pin.Length), sealedPin.AsSpan(NonceLength + Pin.Length), Owner(room, role));
        CryptographicOperations.ZeroMemory(digits);
        return sealedPin;
    }

    /// <exception cref="StorageException">It was not encrypted under this key for this room and role.</exception>
    internal Pin Decrypt(ReadOnlySpan<byte> sealedPin, RoomId room, Role role)
    {
        Span<byte> digits = stackalloc byte[Pin.Length];
        Span<char> text = stackalloc char[Pin.Length];
        if (sealedPin.Length == NonceLength + Pin.Length + TagLength)
        {
            try
            {
                _aes.Decrypt(
                    sealedPin[..NonceLength], sealedPin.Slice(NonceLength, Pin.Length), sealedPin[^TagLength..], digits, Owner(room, role));
                Encoding.ASCII.GetChars(digits, text);
                if (Pin.TryParse(text, out Pin? pin))
                {
                    return pin;
                }
            }
            catch (AuthenticationTagMismatchException)
            {
                // Reported below, like the other ways of not fitting.
            }
        }

        throw new StorageException($"A PIN of room {room} does not fit the secrets file: the database was changed by another hand.");
    }

    /// <summary>Bound into the tag, so that a row cannot be copied to another room.</summary>
    private static byte[] Owner(RoomId room, Role role) => Encoding.ASCII.GetBytes($"{room}/{role}");
}
