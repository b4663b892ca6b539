using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

public sealed class DrainTests : CallTest
{
    [Theory]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public void While_draining_new_calls_and_OPTIONS_get_503_with_Retry_After_30_to_120(string method)
    {
        Bridge.Agent.IsDraining = true;
        Phone.Send(method);
        Network.Run(0.1);
        Assert.Equal(503, Phone.Final(method).StatusCode);
        Assert.InRange(int.Parse(Phone.Final(method).Headers["Retry-After"]!, null), 30, 120);
        Assert.Empty(App.Calls);
    }

    [Fact]
    public void The_application_is_told_once_of_a_call_that_is_refused_without_asking_and_of_nothing_else()
    {
        Bridge.Agent.IsDraining = true;
        SipRequest invite = Phone.NewRequest("INVITE", null);
        Phone.SendRaw(invite);
        Network.Run(0.1);
        Phone.SendRaw(invite);                  // the same once more
        Phone.Send("OPTIONS");
        Network.Run(0.1);
        Assert.Equal([503], App.Refused);
        Assert.Empty(App.Calls);
    }

    [Fact]
    public void While_draining_calls_that_are_up_go_on()
    {
        AppCall call = Establish();
        Bridge.Agent.IsDraining = true;
        Phone.SendInDialog("OPTIONS");
        Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(0.1);
        Assert.Equal((200, 200), (Phone.Final("OPTIONS").StatusCode, Phone.Final("INVITE").StatusCode));
        Assert.Null(call.End);
    }
}

/// <summary>A full table of transactions.</summary>
public sealed class OverflowTests() : CallTest(new SipUserAgentOptions { MaxTransactions = 2 })
{
    [Fact]
    public void Beyond_the_cap_requests_get_503_without_state()
    {
        for (int i = 0; i < 4; i++)
        {
            SipRequest options = Phone.NewRequest("OPTIONS", null);
            options.Headers.Set("Call-ID", $"flood-{i}");
            Phone.SendRaw(options);
        }

        Network.Run(0.1);
        Assert.Equal((2, 2), (Phone.Responses(200).Count(), Phone.Responses(503).Count()));
        Assert.Equal(2, Bridge.Counters.ServerTransactions);
        Assert.Equal(2, Bridge.Counters.DropsOf(SipDropReason.Overflow));
    }
}
