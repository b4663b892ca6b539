using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests;

/// <summary>One running bridge with a room and an exchange of test phones, for the tests of a class.</summary>
public class BridgeFixture : IAsyncLifetime
{
    private static int s_numbers;

    /// <summary>The bridge.</summary>
    public BridgeProcess Bridge { get; private set; } = null!;

    /// <summary>Test phones' common part.</summary>
    public PhoneExchange Exchange { get; private set; } = null!;

    /// <summary>What the bridge is started with.</summary>
    protected virtual BridgeOptions Options => new();

    /// <summary>Starts it all.</summary>
    public virtual async ValueTask InitializeAsync()
    {
        Bridge = await BridgeProcess.StartAsync(Options);
        Exchange = new PhoneExchange();
    }

    /// <summary>Stops it all.</summary>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Exchange.DisposeAsync();
        await Bridge.DisposeAsync();
    }

    /// <summary>A room whose meeting runs without a moderator on the phone.</summary>
    public async Task<BridgeRoom> OpenRoomAsync(string title = "Test")
    {
        BridgeRoom room = await BridgeRoom.CreateAsync(Bridge.Api, title);
        await room.StartAsync();
        return room;
    }

    /// <summary>A phone with a number of its own.</summary>
    public TestPhone CreatePhone(Func<TestPhoneOptions, TestPhoneOptions>? change = null)
    {
        TestPhoneOptions options = new() { User = NewNumber(), Server = Bridge.Sip };
        return Exchange.CreatePhone(change is null ? options : change(options));
    }

    /// <summary>A caller's number that no other caller of this run has.</summary>
    public static string NewNumber() => $"+33699{Interlocked.Increment(ref s_numbers):000000}";

    /// <summary>Calls, keys in the PIN and waits until the room has one caller more.</summary>
    /// <returns>The phone, and the name of its participant.</returns>
    public async Task<(TestPhone Phone, string Participant)> EnterAsync(
        BridgeRoom room, bool asModerator = false, Func<TestPhoneOptions, TestPhoneOptions>? change = null)
    {
        HashSet<string> before = [.. (await room.ParticipantsAsync()).Select(p => p.Id)];
        TestPhone phone = CreatePhone(change);
        CallAnswer answer = await phone.DialAsync(Bridge.Address());
        Assert.Equal(200, answer.Status);
        await phone.Media.PressAsync(asModerator ? room.ModeratorPin : room.ParticipantPin);
        IReadOnlyList<RoomParticipant> now = await room.WaitForAdmittedAsync(before.Count + 1, TimeSpan.FromSeconds(20));
        return (phone, now.Single(p => !before.Contains(p.Id)).Id);
    }

    /// <summary>Waits until the bridge has told every caller what it has to tell: title, how many, microphone.</summary>
    public static async Task WaitForQuietAsync(params TestPhone[] phones)
    {
        TimeSpan quiet = TimeSpan.FromSeconds(1);
        TimeSpan end = MonotonicTime.Now + TimeSpan.FromSeconds(40);
        foreach (TestPhone phone in phones)
        {
            while (true)
            {
                TimeSpan now = MonotonicTime.Now;
                IReadOnlyList<HeardPacket> last = phone.Media.Heard.Between(now - quiet, now);
                if (last.Count > 40 && last.All(packet => Goertzel.RmsDbov(packet.Decode()) < -55))
                {
                    break;
                }

                Assert.True(now < end, "The bridge goes on talking to a caller.");
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    /// <summary>Waits until the bridge has no call left.</summary>
    public Task WaitUntilIdleAsync(TimeSpan limit) => WaitUntilIdleAsync(Bridge, limit);

    /// <summary>Waits until a bridge has no call left.</summary>
    public static async Task WaitUntilIdleAsync(BridgeProcess bridge, TimeSpan limit)
    {
        TimeSpan end = MonotonicTime.Now + limit;
        double calls;
        while ((calls = (await bridge.ReadMetricsAsync()).SumOrZero("phonebridge_calls_active")) != 0)
        {
            Assert.True(MonotonicTime.Now < end, $"{calls} calls are still there.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}
