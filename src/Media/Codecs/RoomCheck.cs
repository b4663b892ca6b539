namespace PhoneBridge.Media.Codecs;

/// <summary>Guards the unchecked loads and stores of the codec kernels.</summary>
internal static class RoomCheck
{
    public static void Need(int source, int room)
    {
        if (room < source)
        {
            throw new ArgumentException($"Room for {room} values, {source} needed.");
        }
    }
}
