using CsCheck;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Tests.Sdp;

/// <summary>What is written is read back as the same, for any description that our types can hold.</summary>
[Trait("Req", "SDP1")]
public sealed class SdpRoundTripProperties
{
    private const int Cases = 10_000;

    private static readonly Gen<string> Name = Gen.String[Gen.Char["abcxyz019-."], 1, 12];
    private static readonly Gen<string> Text = Gen.String[Gen.Char["abc019 \"\\;,:=/-éЖ電"], 1, 30].Select(text => text.Trim()).Where(text => text.Length > 0);
    private static readonly Gen<SdpConnection?> Connection = Gen.OneOfConst<SdpConnection?>(
        null, new SdpConnection("192.0.2.1"), new SdpConnection("2001:db8::1"), new SdpConnection("0.0.0.0"), new SdpConnection("media.example.com"));

    private static readonly Gen<SdpAttribute> Attribute = Gen.OneOf(
        Gen.Select(Name, Gen.OneOf(Gen.Const((string?)null), Text.Select(text => (string?)text)), (name, value) => new SdpAttribute(name, value)),
        Gen.OneOfConst(
            new SdpAttribute("sendonly"), new SdpAttribute("inactive"), new SdpAttribute("rtcp-mux"), new SdpAttribute("ptime", "20"), new SdpAttribute("maxptime", "x"),
            new SdpAttribute("rtpmap", "101 telephone-event/8000"), new SdpAttribute("rtpmap", "96 opus/48000/2"), new SdpAttribute("fmtp", "101 0-16")));

    private static readonly Gen<SdpMedia> Media = Gen.Select(
        Gen.OneOfConst("audio", "video", "image", "application"), Gen.Int[0, 65535], Gen.OneOfConst("RTP/AVP", "RTP/SAVP", "udptl", "UDP/TLS/RTP/SAVPF"),
        Gen.OneOf(Gen.Int[0, 127].Select(type => $"{type}"), Name).List[1, 6], Connection, Attribute.List[0, 8],
        (kind, port, protocol, formats, connection, attributes) =>
            new SdpMedia { Kind = kind, Port = port, Protocol = protocol, Formats = formats, Connection = connection, Attributes = attributes });

    private static readonly Gen<SdpSession> Session = Gen.Select(
        Gen.OneOfConst("- 1 1 IN IP4 192.0.2.1", "alice 2890844526 18446744073709551615 IN IP6 2001:db8::1"), Connection, Attribute.List[0, 5], Media.List[0, 5],
        (origin, connection, attributes, media) => new SdpSession { Origin = origin, Connection = connection, Attributes = attributes, Media = media });

    [Fact]
    public void A_description_reads_back_as_it_was_built() => Session.Sample(
        session =>
        {
            Assert.True(SdpSession.TryParse(session.ToBytes(), out SdpSession read));
            Assert.Equal(session.ToString(), read.ToString());
            Assert.Equal((session.Origin, session.Connection), (read.Origin, read.Connection));
            Assert.Equal(session.Attributes, read.Attributes);
            Assert.Equal(session.Media.Count, read.Media.Count);
            foreach ((SdpMedia one, SdpMedia other) in session.Media.Zip(read.Media))
            {
                Assert.Equal((one.Kind, one.Port, one.Protocol, one.Connection), (other.Kind, other.Port, other.Protocol, other.Connection));
                Assert.Equal(one.Formats, other.Formats);
                Assert.Equal(one.Attributes, other.Attributes);
                Assert.Equal((one.PtimeMs, one.MaxPtimeMs, session.DirectionOf(one)), (other.PtimeMs, other.MaxPtimeMs, read.DirectionOf(other)));
            }
        },
        iter: Cases,
        print: session => session.ToString());
}
