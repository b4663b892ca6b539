using PhoneBridge.Testing.Phones;

namespace PhoneBridge.Bridge.FunctionalTests.Signalling;

/// <summary>CANCEL at every moment around the answer.</summary>
[Trait("Req", "TRX4")]
public sealed class CancelRaceTests(BridgeFixture fixture) : IClassFixture<BridgeFixture>
{
    [Fact]
    public async Task A_cancelled_call_ends_with_487_or_as_an_answered_one_and_leaves_nothing()
    {
        int cancelled = 0;
        for (int i = 0; i < 200; i++)
        {
            await using TestPhone phone = fixture.CreatePhone();
            using CancellationTokenSource cancel = new();
            Task<CallAnswer> answer = phone.DialAsync(fixture.Bridge.Address(), cancel.Token);
            if (i % 2 == 1)
            {
                // Spins for up to 5 ms: a delay of the thread pool would always come after the answer.
                SpinWait.SpinUntil(() => answer.IsCompleted, TimeSpan.FromMicroseconds(i * 25));
            }

            await cancel.CancelAsync();
            int status = (await answer).Status;
            Assert.True(status is 487 or 200, $"call {i} ended with {status}");
            cancelled += status == 487 ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{cancelled} of 200 were cancelled before the answer");
        Assert.True(cancelled > 0, "no CANCEL came before the answer");
        await fixture.WaitUntilIdleAsync(TimeSpan.FromSeconds(10));
    }
}
