using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;

namespace PhoneBridge.Bridge.FunctionalTests.Calls;

/// <summary>One bridge for all tests of calls: PINs in the request URI are taken, dead lines are given up after seconds.</summary>
public class CallsFixture : BridgeFixture
{
    /// <summary>Generous bound for what needs no waiting for a timer of the bridge: two cores may be busy with other things.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    protected override BridgeOptions Options => new()
    {
        Arguments =
        [
            "--Sip:UnknownTrunk:PinInRequestUri=true",
            "--Media:SilenceBeforeProbe=00:00:05",
            "--Media:SilenceBeforeEnd=00:00:10",
        ],
    };

    /// <summary>A room that nobody has started.</summary>
    /// <param name="settings">Fields of the room; the title may be left out.</param>
    public async Task<BridgeRoom> CreateRoomAsync(object? settings = null)
    {
        BridgeRoom room = await BridgeRoom.CreateAsync(Bridge.Api, "Salle");
        if (settings is not null)
        {
            await ChangeRoomAsync(room, settings);
        }

        return room;
    }

    /// <summary>Changes a room's settings.</summary>
    public async Task ChangeRoomAsync(BridgeRoom room, object settings) =>
        (await Bridge.Api.PatchAsync($"rooms/{room.Id}", settings)).Required();

    /// <summary>Calls with the PIN in the request URI and does not wait for what comes of it.</summary>
    public async Task<TestPhone> CallRoomAsync(BridgeRoom room, bool asModerator = false, Func<TestPhoneOptions, TestPhoneOptions>? change = null)
    {
        TestPhone phone = CreatePhone(change);
        CallAnswer answer = await phone.DialAsync(Bridge.Address(asModerator ? room.ModeratorPin : room.ParticipantPin));
        Assert.Equal(200, answer.Status);
        return phone;
    }

    /// <summary>Calls with the PIN in the request URI and waits until the caller is in the mix.</summary>
    public async Task<(TestPhone Phone, string Participant)> JoinAsync(
        BridgeRoom room, bool asModerator = false, Func<TestPhoneOptions, TestPhoneOptions>? change = null)
    {
        // By name, not by number: somebody else may just be leaving.
        HashSet<string> before = [.. (await room.ParticipantsAsync()).Select(p => p.Id)];
        TestPhone phone = await CallRoomAsync(room, asModerator, change);
        RoomParticipant? joined = null;
        await WaitUntilAsync(
            async () => (joined = (await room.ParticipantsAsync()).SingleOrDefault(p => p.IsAdmitted && !before.Contains(p.Id))) is not null,
            "the caller is in the mix");
        return (phone, joined!.Id);
    }

    /// <summary>How many calls have ended so until now.</summary>
    public int EndsOf(string reason) => EndsOf(Bridge, reason);

    /// <summary>How many calls of a bridge have ended so until now.</summary>
    public static int EndsOf(BridgeProcess bridge, string reason) =>
        bridge.Log.Count(line => line.Contains($"ended: {reason},", StringComparison.Ordinal));

    /// <summary>Waits until so many calls have ended so; the line in the log may come a moment after the BYE.</summary>
    public Task WaitForEndsAsync(string reason, int count) =>
        WaitUntilAsync(() => EndsOf(reason) >= count, $"{count} calls ended by {reason}");

    /// <summary>Waits until something holds.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public static async Task WaitUntilAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        TimeSpan end = MonotonicTime.Now + (limit ?? Soon);
        while (!await condition())
        {
            if (MonotonicTime.Now > end)
            {
                throw new TimeoutException($"Not so: {what}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Waits until something holds.</summary>
    public static Task WaitUntilAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        WaitUntilAsync(() => Task.FromResult(condition()), what, limit);

    /// <summary>Waits until the bridge says something to a phone.</summary>
    /// <param name="phone">The phone.</param>
    /// <param name="since">Nothing earlier counts.</param>
    public static Task WaitForVoiceAsync(TestPhone phone, TimeSpan since) =>
        WaitUntilAsync(() => VoiceSince(phone, since) > TimeSpan.FromMilliseconds(200), "the bridge speaks");

    /// <summary>How long something was heard in all.</summary>
    public static TimeSpan VoiceSince(TestPhone phone, TimeSpan since) => TimeSpan.FromMilliseconds(
        20 * phone.Media.Heard.Between(since, MonotonicTime.Now).Count(packet => Goertzel.RmsDbov(packet.Decode()) > -50));

    /// <summary>Waits until the bridge hangs a phone up.</summary>
    public static async Task<CallEnd> WaitForByeAsync(TestPhone phone, TimeSpan? limit = null)
    {
        CallEnd end = await phone.Ended.WaitAsync(limit ?? Soon);
        Assert.True(end.ByPeer);
        Assert.Contains(end.Reasons, reason => reason.StartsWith("Q.850", StringComparison.Ordinal));
        return end;
    }

    /// <summary>Whether one phone hears a tone that another says, whatever the bridge says above it.</summary>
    public static async Task<bool> IsHeardAsync(TestPhone talker, TestPhone listener, TimeSpan? within = null)
    {
        // Neither the voices nor the music keep up a high tone of that level for as long.
        const double Tone = 2700;
        TimeSpan enough = TimeSpan.FromMilliseconds(240);
        TimeSpan from = MonotonicTime.Now;
        talker.Media.Play(new VoiceClip(Signals.Tone(Tone, TimeSpan.FromSeconds(1), levelDbov: -12)));
        try
        {
            TimeSpan end = from + (within ?? TimeSpan.FromSeconds(6));
            while (MonotonicTime.Now < end)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100));
                ToneTimeline heard = ToneTimeline.Measure(listener.Media.Heard.Decode(from, MonotonicTime.Now), [Tone]);
                if (heard.Heard(Tone, thresholdDbov: -33).Any(range => range.Length >= enough))
                {
                    return true;
                }
            }

            return false;
        }
        finally
        {
            talker.Media.Play(null);
        }
    }
}

/// <summary>The tests of this folder share their bridge.</summary>
[CollectionDefinition(nameof(CallsCollection))]
public sealed class CallsCollection : ICollectionFixture<CallsFixture>;
