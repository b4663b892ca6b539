using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

[Trait("Req", "DLG8")]
public sealed class SipSessionExpiresTests
{
    [Theory]
    [InlineData("Session-Expires", "1800", "1800")]
    [InlineData("x", "1800;refresher=uac", "1800;refresher=uac")]
    [InlineData("Session-Expires", "0090 ; REFRESHER = \"Uas\" ;x", "90;refresher=uas")]
    [InlineData("Session-Expires", "1800;refresher=both", "1800")]
    [InlineData("Session-Expires", "1800;refresher", "1800")]
    [InlineData("Session-Expires", "1800;;=;refresher=uas", "1800;refresher=uas")]
    [InlineData("Session-Expires", "4294967295", "4294967295")]
    [InlineData("Session-Expires", "4294967296", null)]
    [InlineData("Session-Expires", "-1", null)]
    [InlineData("Session-Expires", "1800, 90", null)]
    [InlineData("Session-Expires", "", null)]
    [InlineData("Session-Expires", ";refresher=uas", null)]
    [InlineData("Expires", "1800", null)]
    public void The_header_is_read_as_far_as_it_can_be(string name, string value, string? expected)
    {
        SipResponse message = new(200);
        message.Headers.Add(name, value);
        Assert.Equal(expected, SipSessionExpires.TryRead(message, out SipSessionExpires read) ? read.ToString() : null);
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("120;generic=\"x;y\"", 120)]
    [InlineData("soon", 0)]
    [InlineData("99999999999", 0)]
    public void Min_SE_counts_when_it_can_be_read(string value, uint expected)
    {
        SipResponse message = new(422);
        message.Headers.Add("Min-SE", value);
        Assert.Equal(expected, SipSessionExpires.MinimumOf(message));
    }
}
