using System.Text.Json;
using PhoneBridge.Bridge.FunctionalTests.Calls;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Network;
using PhoneBridge.Testing.Sipp;

namespace PhoneBridge.Bridge.FunctionalTests.DialOut;

/// <summary>A call of the bridge by an operator at which it is registered.</summary>
[Trait("Category", "Interop")]
[Trait("Req", "C10")]
[Trait("Req", "TRX6")]
public sealed class DialOutRegisteredTests
{
    [Fact]
    public async Task It_goes_by_the_service_route_answers_the_challenge_and_writes_numbers_as_the_operator_wants()
    {
        int port = FreePorts.TakeBlock(8);
        await using SippRun sipp = SippRun.Start(new SippOptions
        {
            Scenario = Path.Combine(AppContext.BaseDirectory, "Sipp", "callee-registered.xml"),
            Target = "127.0.0.1",
            Port = port,
            Calls = 2,                          // the registration is one
        });
        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments =
            [
                "--Sip:Trunks:0:Name=operator",
                $"--Sip:Trunks:0:Registration:Registrar=127.0.0.1:{port}",
                "--Sip:Trunks:0:Registration:User=0033123456789",
                "--Sip:Trunks:0:Registration:AuthUser=bridge",
                "--Sip:Trunks:0:Numbers:0:Number=+33123456789",
                "--Sip:Trunks:0:DialOut:AllowedPrefixes:0=+33",
                "--Sip:Trunks:0:DialOut:CallerNumber=+33123456789",
                "--Sip:Trunks:0:DialOut:NumberFormat=National",
            ],
            Environment = new Dictionary<string, string> { ["PHONEBRIDGE_Sip__Trunks__0__Registration__Password"] = "secret" },
        });
        await CallsFixture.WaitUntilAsync(
            async () => (await bridge.Api.GetAsync("trunks/operator")).Required().Body.GetProperty("registration").GetString() == "registered", "the trunk is registered");
        BridgeRoom room = await BridgeRoom.CreateAsync(bridge.Api, "Salle");
        await room.StartAsync();
        (await bridge.Api.PostAsync($"rooms/{room.Id}/calls", new { number = "+33612345678" })).Required();
        SippResult result = await sipp.FinishAsync();
        Assert.True(result.Succeeded, result.ToString());
        JsonElement record = default;
        await CallsFixture.WaitUntilAsync(
            async () =>
            {
                record = (await bridge.Api.GetAsync("calls")).Required().Body.GetProperty("calls").EnumerateArray().Single();
                return record.GetProperty("end").ValueKind == JsonValueKind.String;
            },
            "the call has ended");
        Assert.Equal(("calleeBusy", 486), (record.GetProperty("end").GetString(), record.GetProperty("sipStatus").GetInt32()));
        await BridgeFixture.WaitUntilIdleAsync(bridge, CallsFixture.Soon);
    }
}
