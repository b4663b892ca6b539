using System.Globalization;
using PhoneBridge.Bridge.Calls;
using PhoneBridge.Bridge.CallTraces;
using PhoneBridge.Bridge.Conference;
using PhoneBridge.Mixer;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.CallRecords;

/// <summary>Fills in the record and the ladder of one call while it lasts, and hands the record to the recorder when it begins and when it ends.</summary>
/// <remarks>One thread at a time: begun on the SIP loop, handed over to the control loop with the call.</remarks>
internal sealed class CallSheet
{
    private readonly CallRecorder _recorder;
    private readonly CallTraceRecorder _ladders;
    private readonly TimeProvider _time;
    private readonly long _arrived;
    private CallRecord _record;

    /// <param name="recorder">Keeps the record.</param>
    /// <param name="ladders">Keeps the ladder.</param>
    /// <param name="callId">The call's Call-ID.</param>
    /// <param name="time">Clock of all its times.</param>
    /// <param name="start">Makes the record's beginning from the time of arrival.</param>
    public CallSheet(CallRecorder recorder, CallTraceRecorder ladders, string callId, TimeProvider time, Func<DateTimeOffset, CallRecord> start)
    {
        (_recorder, _ladders, _time, _arrived) = (recorder, ladders, time, time.GetTimestamp());
        _record = start(time.GetUtcNow());
        ladders.OnBegun(callId, _record);
    }

    /// <summary>Something happened that the ladder shows and the record does not.</summary>
    /// <param name="kind">What.</param>
    /// <param name="detail">A word or number of ours, never of the caller.</param>
    public void Mark(CallMarkKind kind, string? detail = null) => _ladders.OnMark(_record.Id, kind, detail);

    /// <inheritdoc cref="Mark(CallMarkKind, string?)"/>
    public void Mark(CallMarkKind kind, Enum detail) => Mark(kind, Ladder.Word(detail.ToString()));

    /// <summary>It was given a leg. From here on a record is there even if the bridge dies.</summary>
    public void OnAdmitted(LegId leg)
    {
        _record = _record with { Leg = leg.Value };
        _recorder.OnBegun(_record);
        Mark(CallMarkKind.LegOpened, leg.Value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A codec was agreed on, for the first time or anew.</summary>
    public void OnCodec(string codec)
    {
        _record = _record with { Codec = codec };
        Mark(CallMarkKind.Codec, codec);
    }

    /// <summary>It was answered.</summary>
    public void OnAnswered()
    {
        _record = _record with
        {
            AnsweredAt = _time.GetUtcNow(),
            SetupMs = Math.Round(_time.GetElapsedTime(_arrived).TotalMilliseconds, 1),
        };
        Mark(CallMarkKind.Answered);
    }

    /// <summary>It got into a room.</summary>
    public void OnEntered(RoomId room, Role role) => _record = _record with { Room = room, Role = role };

    /// <summary>A call of ours was refused by that status; its end follows.</summary>
    public void OnStatus(int status) => _record = _record with { SipStatus = status };

    /// <summary>It is refused.</summary>
    public void OnRefused(int status)
    {
        _record = _record with { SipStatus = status };
        Mark(CallMarkKind.Refused, status.ToString(CultureInfo.InvariantCulture));
        OnEnded(CallEnd.Refused, null);
    }

    /// <summary>It is over. Twice is once: the first reason counts.</summary>
    /// <param name="end">Why.</param>
    /// <param name="quality">How its line did; null when it had none.</param>
    public void OnEnded(CallEnd end, LegQuality? quality)
    {
        if (_record.End is not null)
        {
            return;
        }

        _record = _record with { End = end, EndedAt = _time.GetUtcNow() };
        if (quality is { PacketsReceived: > 0 } measured)
        {
            ParticipantLine line = ParticipantLine.From(measured);
            _record = _record with
            {
                LossPercent = Math.Round(line.LossPercent, 2),
                JitterMs = Math.Round(line.JitterMs, 1),
                RFactor = line.RFactor is { } rating ? Math.Round(rating, 1) : null,
            };
        }

        _recorder.OnEnded(_record);
        Mark(CallMarkKind.Ended, end);
        _ladders.OnEnded(_record);
    }
}
