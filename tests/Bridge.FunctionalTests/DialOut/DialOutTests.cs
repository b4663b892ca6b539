using System.Net;
using System.Text.Json;
using PhoneBridge.Bridge.FunctionalTests.Calls;
using PhoneBridge.Testing.Audio;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Phones;
using PhoneBridge.Testing.Processes;
using PhoneBridge.Testing.Sipp;

namespace PhoneBridge.Bridge.FunctionalTests.DialOut;

/// <summary>The bridge rings people for a meeting: what they hear, what becomes of it, and what is never rung.</summary>
[Trait("Category", "Interop")]
[Trait("Req", "C10")]
public sealed class DialOutTests(DialOutFixture fixture) : IClassFixture<DialOutFixture>
{
    private const double Tone = 1100;

    [Fact]
    [Trait("Req", "TRX6")]
    public async Task Who_answers_hears_the_invitation_presses_1_and_is_heard_in_the_room()
    {
        BridgeRoom room = await fixture.OpenRoomAsync("Conseil de classe");
        (TestPhone listener, _) = await fixture.EnterAsync(room);
        await using (listener)
        {
            await using EventStream events = await room.FollowAsync();
            string id = await fixture.CallAsync(room, fixture.PhoneNumber);
            await fixture.Phone.WaitForAsync("CALL_ESTABLISHED", CallsFixture.Soon);
            await WaitForStateAsync(events, "answered");

            // The words, and still no seat: nobody comes in without the key.
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            Assert.Single(await room.ParticipantsAsync());
            Pcm words = fixture.Phone.ReadRecording();
            Assert.True(Loud(words) > TimeSpan.FromSeconds(1.5), $"only {Loud(words).TotalSeconds:0.0} s of words were heard");

            await fixture.Phone.PressAsync("1");
            RoomParticipant joined = (await room.WaitForAdmittedAsync(2, CallsFixture.Soon))[^1];
            Assert.Equal("participant", joined.Role, ignoreCase: true);
            await WaitForStateAsync(events, "joined");
            ApiAnswer late = await fixture.Bridge.Api.DeleteAsync($"rooms/{room.Id}/calls/{id}");
            Assert.Equal(HttpStatusCode.Conflict, late.Status);

            await fixture.Phone.WaitForQuietAsync(TimeSpan.FromSeconds(40));
            await fixture.Phone.PlayAsync(fixture.WriteTone(Tone));
            await CallsFixture.WaitUntilAsync(
                () => ToneTimeline.Measure(listener.Media.Heard.Decode(), [Tone]).Heard(Tone, -40)
                    .Any(range => range.Length > TimeSpan.FromMilliseconds(500)),
                "who was rung is heard");
            await fixture.Phone.HangUpAsync();
            await WaitForStateAsync(events, "ended");
            JsonElement record = await fixture.RecordAsync(id);
            Assert.Equal("outbound", record.GetProperty("direction").GetString());
            Assert.Equal("callerHungUp", record.GetProperty("end").GetString());
            Assert.Equal("participant", record.GetProperty("role").GetString());
            Assert.Equal("+33 6 •• •• •• 78", record.GetProperty("called").GetString());
            Assert.NotEmpty(record.GetProperty("askedBy").GetString()!);
        }

        await fixture.WaitUntilIdleAsync(CallsFixture.Soon);
        Assert.DoesNotContain(fixture.Bridge.Log, line => line.Contains("612345678", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("Req", "TRX6")]
    [Trait("Req", "T23")]
    [InlineData("callee-busy", "calleeBusy", 486)]
    [InlineData("callee-ringing", "notAnswered", null)]
    [InlineData("callee-redirecting", "notPutThrough", 302)]
    public async Task A_call_that_nobody_takes_ends_with_the_reason_and_no_second_one_follows(string scenario, string end, int? status)
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        double before = await fixture.PlacedAsync();
        await using SippRun sipp = fixture.StartSipp(scenario);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        JsonElement record = await fixture.RecordAsync(await fixture.CallAsync(room, DialOutFixture.SippNumber));
        Assert.Equal(end, record.GetProperty("end").GetString());
        Assert.Equal(status, record.GetProperty("sipStatus").ValueKind == JsonValueKind.Number ? record.GetProperty("sipStatus").GetInt32() : null);
        SippResult result = await sipp.FinishAsync();
        Assert.True(result.Succeeded, result.ToString());
        Assert.Equal(before + 1, await fixture.PlacedAsync());
        await fixture.WaitUntilIdleAsync(CallsFixture.Soon);
        Assert.Empty((await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/calls")).Required().Body.EnumerateArray());
    }

    [Fact]
    [Trait("Req", "TRX6")]
    public async Task A_call_that_rings_is_shown_holds_a_seat_and_can_be_called_off()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        (await fixture.Bridge.Api.PatchAsync($"rooms/{room.Id}", new { maxParticipants = 2 })).Required();
        (TestPhone first, _) = await fixture.EnterAsync(room);
        await using TestPhone seated = first;
        await using EventStream events = await room.FollowAsync();
        await using SippRun sipp = fixture.StartSipp("callee-ringing");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        string id = await fixture.CallAsync(room, DialOutFixture.SippNumber);
        await WaitForStateAsync(events, "ringing");
        JsonElement shown = Assert.Single((await fixture.Bridge.Api.GetAsync($"rooms/{room.Id}/calls")).Required().Body.EnumerateArray());
        Assert.Equal((id, "ringing"), (shown.GetProperty("id").GetString(), shown.GetProperty("state").GetString()));
        ApiAnswer full = await fixture.AskAsync(room, fixture.PhoneNumber);
        Assert.Equal(HttpStatusCode.Conflict, full.Status);
        Assert.Contains("full", full.Text, StringComparison.Ordinal);
        (await fixture.Bridge.Api.PatchAsync($"rooms/{room.Id}", new { maxParticipants = 3 })).Required();
        Assert.Contains("already", (await fixture.AskAsync(room, DialOutFixture.SippNumber)).Text, StringComparison.Ordinal);
        (await fixture.Bridge.Api.DeleteAsync($"rooms/{room.Id}/calls/{id}")).Required();
        SippResult result = await sipp.FinishAsync();
        Assert.True(result.Succeeded, result.ToString());
        Assert.Equal("calledOff", (await fixture.RecordAsync(id)).GetProperty("end").GetString());
        StreamedEvent ended = await WaitForStateAsync(events, "ended");
        Assert.Equal("calledOff", ended.Data.GetProperty("callEnd").GetString());
        await seated.HangUpAsync();
        await fixture.WaitUntilIdleAsync(CallsFixture.Soon);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Bridge.Api.DeleteAsync($"rooms/{room.Id}/calls/{id}")).Status);
    }

    [Fact]
    public async Task Nobody_is_rung_any_more_for_a_meeting_that_has_ended()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        await using EventStream events = await room.FollowAsync();
        await using SippRun sipp = fixture.StartSipp("callee-ringing");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        string id = await fixture.CallAsync(room, DialOutFixture.SippNumber);
        await WaitForStateAsync(events, "ringing");
        await room.EndAsync();
        Assert.Equal("meetingEnded", (await fixture.RecordAsync(id)).GetProperty("end").GetString());
        Assert.True((await sipp.FinishAsync()).Succeeded);
        await fixture.WaitUntilIdleAsync(CallsFixture.Soon);
    }

    [Fact]
    [Trait("Req", "T23")]
    public async Task What_is_not_allowed_is_refused_recorded_and_never_rung()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        BridgeRoom notStarted = await BridgeRoom.CreateAsync(fixture.Bridge.Api, "Salle");
        double before = await fixture.PlacedAsync();
        foreach (string number in new[] { "+33899123456", "+3319123456", "+447123456789" })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await fixture.AskAsync(room, number)).Status);
        }

        foreach (string number in new[] { "0612345678", "+33612345678@127.0.0.1", "+33612", "" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await fixture.AskAsync(room, number)).Status);
        }

        Assert.Equal(HttpStatusCode.Conflict, (await fixture.AskAsync(notStarted, fixture.PhoneNumber)).Status);
        (await fixture.Bridge.Api.PostAsync($"rooms/{room.Id}/lock")).Required();
        Assert.Equal(HttpStatusCode.Conflict, (await fixture.AskAsync(room, fixture.PhoneNumber)).Status);
        Assert.Equal(before, await fixture.PlacedAsync());
        await CallsFixture.WaitUntilAsync(
            async () => (await fixture.Bridge.Api.GetAsync($"calls?room={room.Id}&end=notDialled")).Required().Body.GetProperty("calls").GetArrayLength() == 4,
            "the refused askings are recorded");
    }

    [Fact]
    [Trait("Req", "T23")]
    public async Task No_REFER_of_a_caller_and_no_key_makes_the_bridge_call_anybody()
    {
        BridgeRoom room = await fixture.OpenRoomAsync();
        double before = await fixture.PlacedAsync();
        (TestPhone phone, _) = await fixture.EnterAsync(room);
        await using (phone)
        {
            Assert.InRange(await phone.SendAsync("REFER"), 400, 699);
            await phone.Media.PressAsync("*9#0033899123456#");
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            Assert.Equal(before, await fixture.PlacedAsync());
        }
    }

    private static Task<StreamedEvent> WaitForStateAsync(EventStream events, string state) => events.WaitForAsync(
        one => one.Type == "dialOut" && one.Data.GetProperty("callState").GetString() == state, CallsFixture.Soon);

    private static TimeSpan Loud(Pcm heard)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(20);
        int loud = 0;
        for (TimeSpan at = TimeSpan.Zero; at + step <= heard.Duration; at += step)
        {
            loud += Goertzel.RmsDbov(heard.Slice(at, step).Samples) > -50 ? 1 : 0;
        }

        return loud * step;
    }
}
