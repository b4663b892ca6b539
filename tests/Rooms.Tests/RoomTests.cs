using System.Text.Json;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Rooms.Tests;

public sealed class RoomTests
{
    [Theory]
    [InlineData("  Conseil   d'école\t", "Conseil d'école")]
    [InlineData("a\r\nBcc: x@y", "a Bcc: x@y")]
    [InlineData("\u202eevil\u200b", "evil")]
    [InlineData("e\u0301te\u0301", "été")]
    [InlineData("\ud800x\udc00", "x")]
    [InlineData("a\0b", "ab")]
    [InlineData("Réunion 😀 n° 2", "Réunion 😀 n° 2")]
    [InlineData("\u0301\u0301abc", "abc")]
    [InlineData(null, "")]
    [Trait("Req", "T21")]
    public void A_title_keeps_what_people_write_and_loses_what_machines_obey(string? typed, string clean) =>
        Assert.Equal(clean, Room.CleanTitle(typed));

    [Fact]
    [Trait("Req", "T21")]
    public void A_title_is_cut_at_200_and_never_inside_a_character()
    {
        Assert.Equal(200, Room.CleanTitle(new string('x', 100_000)).Length);
        string faces = Room.CleanTitle("x" + string.Concat(Enumerable.Repeat("😀", 200)));
        Assert.Equal(199, faces.Length);
        Assert.False(char.IsHighSurrogate(faces[^1]));
        Assert.Equal("e" + new string('\u0316', 4), Room.CleanTitle("e" + new string('\u0316', 500)));
        Assert.Equal("ab c", SpokenText.Clean("ab cd", 4));
        Assert.Equal("abcd", SpokenText.Clean("abcd e", 5));
    }

    [Fact]
    public void Settings_out_of_range_are_all_named()
    {
        Assert.Empty(new RoomSettings().Check());
        RoomSettings wrong = new()
        {
            Language = (RoomLanguage)9,
            MaxParticipants = 1,
            MaxDuration = TimeSpan.FromHours(25),
            WaitingReminder = TimeSpan.Zero,
            MaxWait = TimeSpan.FromDays(1),
        };
        Assert.Equal(
            ["Language", "MaxParticipants", "MaxDuration", "WaitingReminder", "MaxWait"],
            wrong.Check().Select(p => p.Field));
    }

    [Fact]
    public void Identifiers_read_back_and_refuse_anything_else()
    {
        RoomId room = RoomId.NewRandom();
        Assert.True(RoomId.TryParse(room.ToString(), out RoomId again));
        Assert.Equal(room, again);
        Assert.Equal(room, JsonSerializer.Deserialize<RoomId>(JsonSerializer.Serialize(room)));
        Assert.All(
            new[] { null, "", "x", new string('a', 23), new string('a', 21) + "/", "' or 1=1 -- aaaaaaaaaa" },
            text => Assert.False(RoomId.TryParse(text, out _)));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<RoomId>("\"../../etc/passwd000000\""));
        ParticipantId person = ParticipantId.NewRandom();
        Assert.True(ParticipantId.TryParse(person.ToString(), out ParticipantId same));
        Assert.Equal(person, same);
        Assert.False(ParticipantId.TryParse("{" + person + "}", out _));
    }
}
