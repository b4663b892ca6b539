using System.Text.Json;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Rooms.Tests.Pins;

public sealed class PinTests
{
    private static Pin Read(string digits) => Pin.TryParse(digits, out Pin? pin) ? pin : throw new ArgumentException("not a PIN");

    [Theory]
    [InlineData("123456789", "123 456 789")]
    [InlineData("100000000", "100 000 000")]
    [InlineData("999000001", "999 000 001")]
    public void Nine_digits_are_a_pin_and_are_shown_in_groups_of_three(string digits, string groups)
    {
        Assert.Equal(groups, Read(digits).ToGroups());
        byte[] copy = new byte[Pin.Length];
        Read(digits).CopyDigits(copy);
        Assert.Equal(digits, System.Text.Encoding.ASCII.GetString(copy));
    }

    [Theory]
    [InlineData("")]
    [InlineData("012345678")]
    [InlineData("12345678")]
    [InlineData("1234567890")]
    [InlineData("12345678a")]
    [InlineData("+12345678")]
    [InlineData("123 45678")]
    [InlineData("12345678\u0669")]
    public void Anything_else_is_none(string digits) => Assert.False(Pin.TryParse(digits, out _));

    [Fact]
    public void A_pin_prints_and_serialises_as_no_digit()
    {
        Pin pin = Read("987654321");
        Room room = TestRooms.Room() with { ParticipantPin = pin, ModeratorPin = pin };
        string[] prints =
        [
            pin.ToString(), $"{pin}", room.ToString(), JsonSerializer.Serialize(pin), JsonSerializer.Serialize(room),
            new RoomOfPin(room, Role.Moderator).ToString(),
            new PinDigester(new byte[32]).Digest(pin).ToString(),
        ];
        Assert.All(prints, print => Assert.DoesNotContain("987", print, StringComparison.Ordinal));
        Assert.Equal("***", pin.ToString());
    }

    [Fact]
    public void Drawn_pins_have_nine_digits_spread_over_the_whole_range()
    {
        int[] firstDigits = new int[10];
        for (int i = 0; i < 90_000; i++)
        {
            firstDigits[PinFactory.Draw().ToGroups()[0] - '0']++;
        }

        Assert.Equal(0, firstDigits[0]);
        Assert.All(firstDigits[1..], count => Assert.InRange(count, 9_400, 10_600));   // six sigma
    }

    [Fact]
    public void A_digest_depends_on_the_key_and_on_the_pin()
    {
        byte[] otherKey = new byte[32];
        otherKey[31] = 1;
        PinDigester one = new(new byte[32]);
        PinDigester two = new(otherKey);
        Pin pin = Read("123456789");
        Assert.Equal(one.Digest(pin), one.Digest(Read("123456789")));
        Assert.Equal(one.Digest(pin), PinDigest.FromBytes(one.Digest(pin).ToBytes()));
        Assert.NotEqual(one.Digest(pin), one.Digest(Read("123456780")));
        Assert.NotEqual(one.Digest(pin), two.Digest(pin));
        Assert.Throws<ArgumentException>(() => new PinDigester(new byte[31]));
    }

    [Fact]
    public void A_digest_is_the_hmac_that_another_program_computes()
    {
        // printf 'phonebridge pin 1:123456789' | openssl dgst -sha256 -mac HMAC -macopt hexkey:(64 zeros)
        string hex = Convert.ToHexStringLower(new PinDigester(new byte[32]).Digest(Read("123456789")).ToBytes());
        Assert.Equal("bc7e4f1429693e9f52702629b2bb4b6ca4e048104c6e51d5740f3ef26cb328ea", hex);
    }

    [Fact]
    public void One_number_has_one_tag_and_a_hidden_one_has_none()
    {
        CallerTagger tagger = new(new byte[32]);
        CallerTag tag = tagger.Tag("+33612345678")!.Value;
        Assert.Equal(tag, tagger.Tag("+33612345678"));
        Assert.NotEqual(tag, tagger.Tag("+33612345679"));
        Assert.Equal(tag, CallerTag.FromBytes(tag.ToBytes()));
        Assert.Equal("***", tag.ToString());
        Assert.Null(tagger.Tag(null));
        Assert.Null(tagger.Tag(""));
    }
}
