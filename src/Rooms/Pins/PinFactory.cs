using System.Security.Cryptography;

namespace PhoneBridge.Rooms.Pins;

/// <summary>Draws PINs from the cryptographic generator, all 900 000 000 equally likely.</summary>
/// <remarks>Whether one is free is for the store to say, in the same transaction that takes it.</remarks>
public static class PinFactory
{
    /// <summary>How long a renewed or deleted PIN rests before it may be drawn for another room.</summary>
    public static readonly TimeSpan RestingTime = TimeSpan.FromDays(365);

    /// <summary>Draws one. Any thread.</summary>
    public static Pin Draw() => new(RandomNumberGenerator.GetInt32(Pin.First, Pin.End));
}
