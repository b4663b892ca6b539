using System.Text;
using PhoneBridge.Media.Dtmf;

namespace PhoneBridge.Media.Tests.Dtmf;

[Trait("Req", "INFO")]
public sealed class DtmfInfoTests
{
    [Theory]
    [InlineData("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5')]
    [InlineData("Application/DTMF-Relay;charset=utf-8", "signal= 5 \nduration=160", '5')]
    [InlineData("application/dtmf-relay", "Duration=160\r\nSignal = *", '*')]
    [InlineData("application/dtmf-relay", "Signal=#\r\n", '#')]
    [InlineData("application/dtmf-relay", "Signal=10\r\nDuration=250", '*')]
    [InlineData("application/dtmf-relay", "SIGNAL=11", '#')]
    [InlineData("application/dtmf", "7", '7')]
    [InlineData(" application/dtmf ", " 0\r\n", '0')]
    [InlineData("application/dtmf", "11", '#')]
    public void Both_usual_forms_are_read(string type, string body, char expected)
    {
        Assert.True(DtmfInfo.TryParse(type, Encoding.ASCII.GetBytes(body), out char key));
        Assert.Equal(expected, key);
    }

    [Theory]
    [InlineData("application/dtmf-relay", "")]
    [InlineData("application/dtmf-relay", "Signal=")]
    [InlineData("application/dtmf-relay", "Signal=hf")]
    [InlineData("application/dtmf-relay", "Signal=A")]
    [InlineData("application/dtmf-relay", "Signal=123")]
    [InlineData("application/dtmf-relay", "Signals=1")]
    [InlineData("application/dtmf-relay", "=\n=\n=")]
    [InlineData("application/dtmf", "")]
    [InlineData("application/json", "{\"signal\":5}")]
    [InlineData("", "5")]
    public void Anything_else_is_no_key(string type, string body)
    {
        Assert.False(DtmfInfo.TryParse(type, Encoding.ASCII.GetBytes(body), out char key));
        Assert.Equal('\0', key);
    }

    [Fact]
    public void A_huge_body_is_not_searched() =>
        Assert.False(DtmfInfo.TryParse("application/dtmf-relay", Encoding.ASCII.GetBytes(new string(' ', 300) + "\nSignal=5"), out _));
}
