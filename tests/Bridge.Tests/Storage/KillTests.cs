using System.Diagnostics;
using System.Globalization;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Meetings;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Tests.Storage;

/// <summary>A process that writes is killed (SIGKILL) at random moments; what it had acknowledged is there.</summary>
public sealed class KillTests : IDisposable
{
    private const int Kills = 20;
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Req", "T29")]
    public async Task Whatever_was_acknowledged_outlives_the_process()
    {
        Random random = new();
        Dictionary<string, int> seen = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            // Some die while they open, make keys or migrate; most while they write.
            bool diesEarly = kill % 4 == 0;
            List<string> acknowledged = await RunAndKillAsync(diesEarly ? random.Next(0, 1200) : random.Next(0, 600), waitForFirst: !diesEarly);
            await CheckAsync(acknowledged);
            foreach (string kind in acknowledged.Select(line => line.Split(' ')[0]))
            {
                seen[kind] = seen.GetValueOrDefault(kind) + 1;
            }
        }

        Assert.All(new[] { "room", "deleted", "renewed", "silenced", "attended", "called", "key" }, kind => Assert.True(seen.GetValueOrDefault(kind) > 2, kind));
    }

    private async Task<List<string>> RunAndKillAsync(int delayMs, bool waitForFirst)
    {
        string assembly = typeof(KillTests).Assembly.Location;
        ProcessStartInfo start = new("dotnet", [assembly])
        {
            RedirectStandardOutput = true,
            Environment = { [CrashWriter.FolderVariable] = _folder.Path },
        };
        using Process process = Process.Start(start)!;
        List<string> lines = [];
        TaskCompletionSource first = new();
        Task reading = Task.Run(async () =>
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                first.TrySetResult();
            }

            first.TrySetResult();
        });
        try
        {
            if (waitForFirst)
            {
                await first.Task.WaitAsync(TimeSpan.FromSeconds(180), TestContext.Current.CancellationToken);
            }

            await Task.Delay(delayMs, TestContext.Current.CancellationToken);
            Assert.False(process.HasExited, "the writer fell over by itself");
        }
        finally
        {
            process.Kill();
        }

        await reading;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return lines;
    }

    private async Task CheckAsync(List<string> acknowledged)
    {
        await using BridgeStorage storage = await _folder.OpenAsync();
        RoomService rooms = await DataFolder.ServiceAsync(storage, TimeProvider.System);
        HashSet<string> deleted = [.. acknowledged.Where(line => line.StartsWith("deleted", StringComparison.Ordinal)).Select(line => line.Split(' ')[1])];
        HashSet<CallId> calls = [.. (await storage.Calls.ReadAsync(new CallFilter(), null, int.MaxValue, TestContext.Current.CancellationToken)).Select(c => c.Id)];
        foreach (string line in acknowledged)
        {
            switch (line.Split(' '))
            {
                // The last line may stand before a deletion that was on disk but not yet acknowledged.
                case ["room", string id, string participant, string moderator] when !deleted.Contains(id):
                    RoomOfPin? opened = Find(storage, participant);
                    Assert.True(opened?.Room.Id.ToString() == id || (opened is null && Find(storage, moderator) is null), line);
                    break;
                case ["deleted", _, string pin]:
                    Assert.Null(Find(storage, pin));
                    break;
                case ["renewed", string id, string old, string fresh]:
                    Assert.Null(Find(storage, old));
                    Assert.Equal((id, Role.Participant), (Find(storage, fresh)!.Room.Id.ToString(), Find(storage, fresh)!.Role));
                    break;
                case ["silenced", string high, string low]:
                    CallerTag villain = new(ulong.Parse(high, CultureInfo.InvariantCulture), ulong.Parse(low, CultureInfo.InvariantCulture));
                    Room any = storage.Rooms.List(null, 1)[0];
                    PinAnswer answer = await rooms.FindByPinAsync(new GuessSource(villain, "unused"), DataFolder.Keys(any.ParticipantPin), 1);
                    Assert.Null(answer.Opened);
                    break;
                case ["attended", string text]:
                    Assert.True(MeetingId.TryParse(text, out MeetingId meeting));
                    Assert.Equal(5, (await storage.Attendance.ReadAsync(meeting, TestContext.Current.CancellationToken)).Count);
                    break;
                case ["called", string text]:
                    Assert.Contains(CallId.TryParse(text, out CallId call) ? call : default, calls);
                    break;
                case ["key", string key]:
                    Assert.NotNull(storage.ApiKeys.Verify(key));
                    break;
            }
        }
    }

    private static RoomOfPin? Find(BridgeStorage storage, string digits) =>
        Pin.TryParse(digits, out Pin? pin) ? storage.Rooms.FindByPin(DataFolder.Digest(storage, pin)) : null;
}
