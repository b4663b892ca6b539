using PhoneBridge.Media.Dtmf;

namespace PhoneBridge.Media.Tests.Dtmf;

[Trait("Req", "INFO")]
public sealed class KeyMergerTests
{
    private readonly KeyMerger _merger = new();

    [Fact]
    public void A_key_by_two_ways_within_300_ms_counts_once()
    {
        Assert.True(Key('5', KeyWays.TelephoneEvent, 0));
        Assert.False(Key('5', KeyWays.SipInfo, 300));
        Assert.False(Key('5', KeyWays.InBand, 200));
    }

    [Fact]
    public void After_300_ms_it_is_another_press()
    {
        Assert.True(Key('5', KeyWays.SipInfo, 0));
        Assert.True(Key('5', KeyWays.TelephoneEvent, 301));
    }

    [Fact]
    public void Quick_presses_of_one_key_by_both_ways_each_count_once()
    {
        Assert.True(Key('7', KeyWays.TelephoneEvent, 0));
        Assert.False(Key('7', KeyWays.SipInfo, 90));
        Assert.True(Key('7', KeyWays.TelephoneEvent, 150));
        Assert.False(Key('7', KeyWays.SipInfo, 240));
        Assert.True(Key('7', KeyWays.TelephoneEvent, 300));
        Assert.True(Key('8', KeyWays.TelephoneEvent, 310));
    }

    [Fact]
    public void A_whole_pin_by_both_ways_is_the_pin()
    {
        string counted = "";
        for (int i = 0; i < 9; i++)
        {
            char key = "112233445"[i];
            counted += Key(key, KeyWays.SipInfo, i * 180) ? key : "";
            counted += Key(key, KeyWays.TelephoneEvent, (i * 180) + 40) ? key : "";
        }

        Assert.Equal("112233445", counted);
    }

    private bool Key(char key, KeyWays way, int atMs) => _merger.OnKey(key, way, TimeSpan.FromMilliseconds(1_000_000 + atMs));
}
