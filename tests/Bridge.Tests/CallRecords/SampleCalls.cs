using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.Tests.Storage;
using PhoneBridge.Rooms;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Bridge.Tests.CallRecords;

/// <summary>Records of calls as the bridge makes them.</summary>
internal static class SampleCalls
{
    internal static CallRecord Arrived(DateTimeOffset? at = null, string trunk = "carrier")
    {
        DateTimeOffset arrivedAt = at ?? DataFolder.Wall;
        return new CallRecord
        {
            Id = CallId.New(arrivedAt),
            Leg = 7,
            Trunk = trunk,
            Direction = CallDirection.Inbound,
            Caller = "+33 6 •• •• •• 21",
            Called = "+33123456789",
            Transport = SipTransportKind.Tcp,
            ArrivedAt = arrivedAt,
        };
    }

    internal static CallRecord Ended(CallRecord call, CallEnd end = CallEnd.CallerHungUp, RoomId? room = null) => call with
    {
        AnsweredAt = call.ArrivedAt.AddMilliseconds(12),
        EndedAt = call.ArrivedAt.AddMinutes(3),
        SetupMs = 12.5,
        Room = room ?? RoomId.NewRandom(),
        Role = Role.Moderator,
        Codec = "G722",
        End = end,
        LossPercent = 0.25,
        JitterMs = 1.5,
        RFactor = 92.5,
    };
}
