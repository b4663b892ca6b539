using System.Net;
using System.Net.Sockets;
using CsCheck;
using PhoneBridge.Media.Streams;
using PhoneBridge.Mixer.Io;

namespace PhoneBridge.Mixer.Tests.Io;

public sealed class KernelAddressTests
{
    [Fact]
    public void An_address_is_written_as_the_base_library_writes_it_and_read_back() =>
        Gen.Select(Gen.Byte.Array[4], Gen.Byte.Array[16], Gen.Int[1, 65_535], Gen.Bool).Sample((four, sixteen, port, isIPv4) =>
        {
            IPEndPoint endPoint = new(new IPAddress(isIPv4 ? four : sixteen), port);
            SourceAddress address = SourceAddress.From(endPoint);
            byte[] bytes = new byte[KernelAddress.MaxLength];
            int length = KernelAddress.Write(address, endPoint.AddressFamily, bytes);
            Assert.Equal(endPoint.Serialize().Buffer.Span[..length], bytes.AsSpan(0, length));
            Assert.Equal(address, KernelAddress.Read(bytes.AsSpan(0, length)));
        });
}
