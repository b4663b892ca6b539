namespace PhoneBridge.Media.Ogg;

/// <summary>The checksum of an Ogg page (RFC 3533 §6, field 7): polynomial 0x04C11DB7, start 0, no reflection, no final exclusive-or.</summary>
public static class OggCrc
{
    private const uint Polynomial = 0x04C1_1DB7;

    private static readonly uint[] Table = BuildTable();

    /// <summary>Checksum of a page whose own checksum field is 0. Any thread.</summary>
    public static uint Compute(ReadOnlySpan<byte> page)
    {
        uint crc = 0;
        foreach (byte value in page)
        {
            crc = (crc << 8) ^ Table[(crc >> 24) ^ value];
        }

        return crc;
    }

    private static uint[] BuildTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint crc = i << 24;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc << 1) ^ ((crc & 0x8000_0000) != 0 ? Polynomial : 0);
            }

            table[i] = crc;
        }

        return table;
    }
}
