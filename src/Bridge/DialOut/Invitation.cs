using PhoneBridge.Bridge.CallRecords;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Meetings;

namespace PhoneBridge.Bridge.DialOut;

/// <summary>One asking to ring somebody for a room: who asked, and how far the call is. Holds no full number.</summary>
/// <param name="id">Name of the call's record.</param>
/// <param name="room">The room, as it was when it was asked for.</param>
/// <param name="trunk">The trunk that it goes by.</param>
/// <param name="maskedNumber">The number as others may see it.</param>
/// <param name="tag">Stands for the number.</param>
/// <param name="askedBy">Name of the API key.</param>
/// <param name="askedAt">When.</param>
/// <param name="onChange">Told of each step, on the control loop.</param>
internal sealed class Invitation(
    CallId id, Room room, string trunk, string maskedNumber, CallerTag? tag, string askedBy, DateTimeOffset askedAt, Action<Invitation> onChange)
{
    private volatile int _state = (int)DialOutState.Calling;

    /// <summary>Name of the call's record.</summary>
    public CallId Id => id;

    /// <summary>The room.</summary>
    public Room Room => room;

    /// <summary>The trunk that it goes by.</summary>
    public string Trunk => trunk;

    /// <summary>The number as others may see it.</summary>
    public string MaskedNumber => maskedNumber;

    /// <summary>Stands for the number.</summary>
    public CallerTag? Tag => tag;

    /// <summary>Name of the API key that asked.</summary>
    public string AskedBy => askedBy;

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset AskedAt => askedAt;

    /// <summary>How far the call is. Any thread.</summary>
    public DialOutState State => (DialOutState)_state;

    /// <summary>Why it ended; null before. On the control loop.</summary>
    public CallEnd? End { get; private set; }

    /// <summary>The call's session, once there is one. On the control loop.</summary>
    public CallSession? Session { get; set; }

    /// <summary>The call goes on. What lies behind it is not told again. On the control loop.</summary>
    public void Advance(DialOutState state, CallEnd? end = null)
    {
        if (state > State)
        {
            _state = (int)state;
            End = end;
            onChange(this);
        }
    }
}
