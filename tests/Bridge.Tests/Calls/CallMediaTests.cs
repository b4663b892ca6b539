using System.Net;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Media.Codecs;
using PhoneBridge.Media.Srtp;
using PhoneBridge.Mixer;
using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Bridge.Tests.Calls;

public sealed class CallMediaTests
{
    private static readonly NativeLibraries Everything = new(HasOpus: true, HasSpeex: true);
    private static readonly NativeLibraries Nothing = new(HasOpus: false, HasSpeex: false);

    [Fact]
    [Trait("Req", "SDP9")]
    public void Without_a_list_all_codecs_are_taken_and_the_common_ones_offered()
    {
        SdpAudioCapabilities capabilities = Media().CapabilitiesOf(new TrunkOptions());
        Assert.Equal([SdpCodec.Pcma, SdpCodec.Pcmu, SdpCodec.G722, SdpCodec.Opus], capabilities.Codecs);
        Assert.Equal([SdpCodec.Pcma, SdpCodec.Pcmu], capabilities.OfferedCodecs);
        Assert.Equal((true, false, 20, 48000), (capabilities.TelephoneEvent, capabilities.PrefersOwnOrder, capabilities.PtimeMs, capabilities.OpusPlaybackRate));
    }

    [Theory]
    [Trait("Req", "SDP9")]
    [InlineData("G722 Pcma Pcmu", "G722 PCMA PCMU", "G722 PCMA PCMU")]
    [InlineData("Opus G722 Pcmu", "opus G722 PCMU", "opus G722 PCMU")]
    [InlineData("Pcmu G722 Pcma", "PCMU G722 PCMA", "PCMU PCMA")]
    [InlineData("Pcma", "PCMA", "PCMA")]
    [InlineData("Opus", "opus", "opus")]
    public void The_wide_codecs_at_the_head_of_a_trunks_list_are_offered_too(string list, string taken, string offered)
    {
        SdpAudioCapabilities capabilities = Media().CapabilitiesOf(new TrunkOptions { Codecs = [.. list.Split(' ').Select(Enum.Parse<AudioCodec>)], OwnCodecOrder = true });
        Assert.Equal(taken, string.Join(' ', capabilities.Codecs.Select(c => c.EncodingName)));
        Assert.Equal(offered, string.Join(' ', capabilities.OfferedCodecs!.Select(c => c.EncodingName)));
        Assert.True(capabilities.PrefersOwnOrder);
    }

    [Fact]
    public void Without_its_library_Opus_is_neither_taken_nor_offered()
    {
        SdpAudioCapabilities capabilities = Media(Nothing).CapabilitiesOf(new TrunkOptions { Codecs = [AudioCodec.Opus, AudioCodec.G722, AudioCodec.Pcma] });
        Assert.Equal([SdpCodec.G722, SdpCodec.Pcma], capabilities.Codecs);
        Assert.Equal([SdpCodec.G722, SdpCodec.Pcma], capabilities.OfferedCodecs);
    }

    [Fact]
    public void Every_codec_of_the_media_path_has_its_format()
    {
        Assert.Equal(AudioFormat.Pcma, Leg(Audio(SdpCodec.Pcma)).Format);
        Assert.Equal(AudioFormat.Pcmu, Leg(Audio(SdpCodec.Pcmu)).Format);
        Assert.Equal(AudioFormat.G722, Leg(Audio(SdpCodec.G722)).Format);
        Assert.Equal(AudioFormat.Opus(), Leg(Audio(SdpCodec.Opus)).Format);
        foreach (AudioCodec codec in Enum.GetValues<AudioCodec>())
        {
            Assert.Equal(codec.ToString(), CallMedia.NameOf(codec), ignoreCase: true);
        }
    }

    [Theory]
    [Trait("Req", "OPUS")]
    [InlineData(48000, 48000, 48000)]
    [InlineData(48000, 24000, 48000)]
    [InlineData(48000, 16000, 16000)]
    [InlineData(48000, 12000, 16000)]
    [InlineData(48000, 8000, 8000)]
    [InlineData(16000, 48000, 16000)]
    [InlineData(16000, 8000, 8000)]
    [InlineData(8000, 16000, 8000)]
    public void Opus_runs_at_the_lower_of_our_rate_and_what_the_peer_plays(int ours, int peers, int expected)
    {
        NegotiatedAudio audio = Audio(SdpCodec.Opus) with { Opus = new SdpOpusParameters(MaxPlaybackRate: peers) };
        AudioFormat format = Leg(audio, options: new MediaOptions { Opus = new MediaOpusOptions { SampleRateHz = ours } }).Format;
        Assert.Equal(AudioFormat.Opus(expected), format);
        Assert.True(format.IsValid);
    }

    [Theory]
    [Trait("Req", "INBAND")]
    [InlineData(KeysInAudio.Auto, true, false)]
    [InlineData(KeysInAudio.Auto, false, true)]
    [InlineData(KeysInAudio.Always, true, true)]
    [InlineData(KeysInAudio.Never, false, false)]
    public void Keys_are_looked_for_in_the_audio_where_no_other_way_was_agreed_or_the_trunk_says_so(KeysInAudio when, bool hasEvents, bool expected)
    {
        NegotiatedAudio audio = Audio(SdpCodec.Pcma) with { ReceiveTelephoneEvent = hasEvents ? (byte)101 : null };
        Assert.Equal(expected, Leg(audio, new TrunkOptions { KeysInAudio = when }).DetectsKeysInAudio);
    }

    [Fact]
    [Trait("Req", "DTMF")]
    public void The_clock_of_the_events_is_the_one_that_was_agreed()
    {
        Assert.Equal(48000, Leg(Audio(SdpCodec.Opus) with { TelephoneEventClockRate = 48000 }).TelephoneEventClockRateHz);
        Assert.Equal(8000, Leg(Audio(SdpCodec.Opus) with { TelephoneEventClockRate = 8000 }).TelephoneEventClockRateHz);
    }

    [Theory]
    [InlineData(false, null, true, false)]
    [InlineData(true, null, true, true)]
    [InlineData(true, false, true, false)]
    [InlineData(false, true, true, true)]
    [InlineData(true, true, false, false)]
    public void Noise_is_taken_out_where_the_trunk_or_else_the_section_says_so_and_the_library_is_there(bool section, bool? trunk, bool hasLibrary, bool expected) =>
        Assert.Equal(expected, Leg(
            Audio(SdpCodec.Pcma), new TrunkOptions { NoiseSuppression = trunk }, new MediaOptions { NoiseSuppression = section },
            Everything with { HasSpeex = hasLibrary }).SuppressesNoise);

    [Fact]
    [Trait("Req", "CN")]
    public void Comfort_noise_is_taken_as_agreed_and_from_gateways_that_never_asked()
    {
        Assert.Equal((byte?)13, Leg(Audio(SdpCodec.Pcma)).ReceiveComfortNoiseType);
        Assert.Equal((byte?)97, Leg(Audio(SdpCodec.G722) with { ReceiveComfortNoise = 97 }).ReceiveComfortNoiseType);
        Assert.Null(Leg(Audio(SdpCodec.Opus)).ReceiveComfortNoiseType);
        Assert.Null(Leg(Audio(SdpCodec.Pcma) with { ReceivePayloadType = 13 }).ReceiveComfortNoiseType);
    }

    [Theory]
    [Trait("Req", "SDP6")]
    [InlineData(true, false, true, null)]
    [InlineData(false, true, true, null)]
    [InlineData(false, false, true, SdpRefusalReason.KeysInClear)]
    [InlineData(true, true, false, SdpRefusalReason.NoSrtp)]        // fails closed: a trunk that requires SRTP gets no call
    public void SRTP_needs_its_library_and_signalling_that_nobody_else_reads(bool isConfidential, bool withoutTls, bool hasLibrary, SdpRefusalReason? obstacle)
    {
        NativeLibraries libraries = Everything with { SrtpSuites = hasLibrary ? [SrtpSuite.AesCm128HmacSha1Tag32, SrtpSuite.AeadAes128Gcm] : [] };
        TrunkOptions trunk = new() { Srtp = new TrunkSrtpOptions { Use = SdpCryptoUse.Required, WithoutTls = withoutTls, Optimistic = true } };
        SdpCryptoPolicy policy = Media(libraries).CapabilitiesOf(trunk, isConfidential).Crypto;
        Assert.Equal((SdpCryptoUse.Required, true, obstacle), (policy.Use, policy.IsOptimistic, policy.Obstacle));
        Assert.Equal(hasLibrary ? [SdpCryptoSuite.AesGcm128, SdpCryptoSuite.AesCm32] : [], policy.Suites);
    }

    [Fact]
    [Trait("Req", "SDP6")]
    public void The_leg_gets_copies_of_the_keys_that_were_agreed()
    {
        foreach (SdpCryptoSuite suite in SdpCryptoSuite.All)
        {
            SdpCrypto local = new(1, suite, SdpCryptoKey.Random(suite));
            SdpCrypto remote = new(1, suite, SdpCryptoKey.Random(suite)) { IdentifierLength = 4, Identifier = 7 };
            SrtpKeys keys = Leg(Audio(SdpCodec.Pcma) with { Crypto = new SdpCryptoAgreement(local, remote) }).Srtp!;
            Assert.Equal(suite.KeyLength, keys.Suite.KeyLength());
            Assert.Equal((new SrtpKey(local.Key.Reveal()), new SrtpKey(remote.Key.Reveal())), (keys.Send, keys.Receive));
            Assert.Equal((4, 7u), (keys.IdentifierLength, keys.Identifier));
            keys.Erase();
            Assert.True(local.Key.Reveal().ContainsAnyExcept((byte)0));
        }

        Assert.Null(Leg(Audio(SdpCodec.Pcma)).Srtp);
    }

    private static CallMedia Media(NativeLibraries? libraries = null, MediaOptions? options = null) => new(options ?? new MediaOptions(), libraries ?? Everything);

    private static LegMedia Leg(NegotiatedAudio audio, TrunkOptions? trunk = null, MediaOptions? options = null, NativeLibraries? libraries = null) =>
        Media(libraries, options).ToLeg(audio, IPAddress.Parse("192.0.2.9"), trunk ?? new TrunkOptions());

    private static NegotiatedAudio Audio(SdpCodec codec) => new(
        codec, codec.StaticPayloadType ?? 111, codec.StaticPayloadType ?? 111, 101, 101, IPEndPoint.Parse("192.0.2.9:4000"), null, RtcpMux: false, 20,
        SdpDirection.SendReceive, IsRefresh: false);
}
