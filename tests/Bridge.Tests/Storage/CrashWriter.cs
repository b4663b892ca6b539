using System.Globalization;
using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.RoomDirectory;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Tests.CallRecords;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Attendance;
using PhoneBridge.Rooms.Guessing;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.Tests.Storage;

/// <summary>The process that is killed: writes without end, and prints each thing only when it was acknowledged.</summary>
/// <remarks>It is this test program itself, started with a variable set (see Program.cs), so that nothing else must be built.</remarks>
internal static class CrashWriter
{
    internal const string FolderVariable = "PHONEBRIDGE_TEST_CRASH_FOLDER";

    internal static async Task RunAsync(string folder)
    {
        using StreamWriter acknowledged = new(Console.OpenStandardOutput()) { AutoFlush = true };
        BridgeStorage storage = await BridgeStorage.OpenAsync(folder, DataFolder.Timeout, TimeSpan.FromDays(365));
        RoomService rooms = await DataFolder.ServiceAsync(storage, TimeProvider.System, maxRooms: 1_000_000);
        await Task.WhenAll(
            ForeverAsync(() => RoomAsync(rooms, acknowledged)),
            ForeverAsync(() => RenewalAsync(rooms, acknowledged)),
            ForeverAsync(() => GuessAsync(rooms, acknowledged)),
            ForeverAsync(() => AttendanceAsync(storage, acknowledged)),
            ForeverAsync(() => CallAsync(storage, acknowledged)),
            ForeverAsync(() => KeyAsync(storage, acknowledged)));
    }

    private static async Task ForeverAsync(Func<Task> write)
    {
        while (true)
        {
            await write();
        }
    }

    private static void Print(StreamWriter to, params string[] words)
    {
        lock (to)
        {
            to.WriteLine(string.Join(' ', words));
        }
    }

    private static async Task RoomAsync(RoomService rooms, StreamWriter to)
    {
        Room room = (await rooms.CreateAsync("Salle", new RoomSettings(), CancellationToken.None)).Room!;
        Print(to, "room", room.Id.ToString(), DataFolder.Keys(room.ParticipantPin), DataFolder.Keys(room.ModeratorPin));
        if (Random.Shared.Next(2) == 0)
        {
            await rooms.DeleteAsync(room.Id, CancellationToken.None);
            Print(to, "deleted", room.Id.ToString(), DataFolder.Keys(room.ParticipantPin));
        }
    }

    private static async Task RenewalAsync(RoomService rooms, StreamWriter to)
    {
        Room room = (await rooms.CreateAsync("Salle", new RoomSettings(), CancellationToken.None)).Room!;
        Room renewed = (await rooms.RenewPinAsync(room.Id, Role.Participant, CancellationToken.None)).Room!;
        Print(to, "renewed", room.Id.ToString(), DataFolder.Keys(room.ParticipantPin), DataFolder.Keys(renewed.ParticipantPin));
    }

    private static async Task GuessAsync(RoomService rooms, StreamWriter to)
    {
        // Nine wrong ones by one number: once acknowledged, that number is silenced. Each has a trunk of its own, which has budget.
        CallerTag villain = new((ulong)Random.Shared.NextInt64(), (ulong)Random.Shared.NextInt64());
        await Task.WhenAll(Enumerable.Range(0, 9).Select(
            _ => rooms.FindByPinAsync(new GuessSource(villain, $"t{villain.High}"), "100000000", 1)));
        Print(to, "silenced", villain.High.ToString(CultureInfo.InvariantCulture), villain.Low.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task AttendanceAsync(BridgeStorage storage, StreamWriter to)
    {
        MeetingId meeting = MeetingId.NewRandom();
        await storage.Attendance.AddAsync(
        [
            .. Enumerable.Range(1, 5).Select(revision => new AttendanceEntry
            {
                Meeting = meeting, Room = RoomId.NewRandom(), Revision = revision, At = DataFolder.Wall, Kind = AttendanceKind.Started, By = Actor.Bridge,
            }),
        ]);
        Print(to, "attended", meeting.ToString());
    }

    private static async Task CallAsync(BridgeStorage storage, StreamWriter to)
    {
        CallRecord call = SampleCalls.Arrived();
        await storage.Calls.PutAsync([call]);
        Print(to, "called", call.Id.ToString());
    }

    private static async Task KeyAsync(BridgeStorage storage, StreamWriter to)
    {
        NewApiKey key = await storage.ApiKeys.CreateAsync("bureau", DataFolder.Wall);
        Print(to, "key", key.Reveal());
    }
}
