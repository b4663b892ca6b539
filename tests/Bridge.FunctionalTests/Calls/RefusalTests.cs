using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>Calls that are not taken, and with which answer (profile §2.5).</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_number_of_nobody_gets_404_a_call_too_many_486_and_OPTIONS_are_answered()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments =
            [
                "--Sip:Trunks:0:Name=carrier",
                "--Sip:Trunks:0:Sources:0=127.0.0.1",
                "--Sip:Trunks:0:MaxCalls=1",
                "--Sip:Trunks:0:Numbers:0:Number=+33123456789",
                "--Sip:Trunks:0:Numbers:0:Language=en",
            ],
        });
        await using PhoneExchange exchange = new();
        Assert.Equal(404, await CallAsync(bridge, exchange, "+33987654321"));
        Assert.Equal(404, await CallAsync(bridge, exchange, "bridge"));

        // One number in three spellings; the second call finds the trunk's only line taken.
        await using (TestPhone first = NewPhone(bridge, exchange))
        {
            Assert.Equal(200, (await first.DialAsync(bridge.Address("0123456789"), TestContext.Current.CancellationToken)).Status);
            Assert.Equal(486, await CallAsync(bridge, exchange, "+33123456789"));
        }

        await BridgeFixture.WaitUntilIdleAsync(bridge, CallsFixture.Soon);
        Assert.Equal(200, await CallAsync(bridge, exchange, "0033123456789"));
    }

    [Fact]
    public async Task A_source_of_no_trunk_gets_403_where_strangers_are_refused()
    {
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments = ["--Sip:Trunks:0:Name=carrier", "--Sip:Trunks:0:Sources:0=192.0.2.0/24", "--Sip:Strangers=Refuse"],
        });
        await using PhoneExchange exchange = new();
        Assert.Equal(403, await CallAsync(bridge, exchange, "+33123456789"));
        Assert.Contains(bridge.Log, line => line.Contains("the address belongs to no trunk", StringComparison.Ordinal));
    }

    private static TestPhone NewPhone(BridgeProcess bridge, PhoneExchange exchange) =>
        exchange.CreatePhone(new TestPhoneOptions { User = BridgeFixture.NewNumber(), Server = bridge.Sip });

    private static async Task<int> CallAsync(BridgeProcess bridge, PhoneExchange exchange, string user)
    {
        await using TestPhone phone = NewPhone(bridge, exchange);
        return (await phone.DialAsync(bridge.Address(user), TestContext.Current.CancellationToken)).Status;
    }
}
