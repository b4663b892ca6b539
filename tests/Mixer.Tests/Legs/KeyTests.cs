using PhoneBridge.Media.Dtmf;
using PhoneBridge.Media.Rtp;
using PhoneBridge.Mixer.Tests.Rig;

namespace PhoneBridge.Mixer.Tests.Legs;

[Trait("Req", "CLAMP")]
public sealed class KeyTests : IDisposable
{
    private readonly LoopRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_key_is_told_once_and_neither_it_nor_its_tail_is_heard_by_others()
    {
        Line talker = _rig.Call(450, 1), other = _rig.Call(850, 1);
        _rig.Run(500);

        // A gateway that sends the tone in-band beside the events: the voice goes on all the while.
        KeySender keys = new(talker, code: 5);
        int from = other.Phone.Heard.Count;
        for (int packet = 0; packet < 6; packet++)
        {
            keys.Send(isEnd: packet >= 3);
            _rig.Run(20);
        }

        int pressed = _rig.Events.OfType<KeyPressed>().Count();
        _rig.Run(40);
        int framesToEnd = (other.Phone.Heard.Count - from) / 160;
        Assert.Equal(1, pressed);
        Assert.Equal('5', _rig.Events.OfType<KeyPressed>().Single().Key);
        // From the first frame after the first event packet until 60 ms after the first end packet.
        Assert.True(other.Phone.LevelOf(450, from + 160, frames: 5) < -55);
        Assert.True(framesToEnd >= 7);
        _rig.Run(400);
        Assert.True(other.Phone.Hears(talker.Phone));
        Assert.True(talker.Phone.Hears(other.Phone));
    }

    [Fact]
    public void Keys_of_a_leg_outside_of_a_conference_and_of_one_on_hold_are_told_too()
    {
        Line alone = _rig.Call(450), held = _rig.Call(850);
        _rig.Send(new ConfigureLeg(held.Id, held.Phone.Media with { Direction = LegDirection.Inactive }));
        _rig.Run(200);
        new KeySender(alone, code: 11).Send(isEnd: false);
        new KeySender(held, code: 10).Send(isEnd: false);
        _rig.Run(20);
        Assert.Contains(new KeyPressed(alone.Id, '#'), _rig.Events);
        Assert.Contains(new KeyPressed(held.Id, '*'), _rig.Events);
    }

    [Fact]
    public void A_key_is_never_printed() =>
        Assert.DoesNotContain('7', new KeyPressed(new LegId(1), '7').ToString());

    /// <summary>Sends telephone-events in the sequence of the phone's voice.</summary>
    private sealed class KeySender(Line line, byte code)
    {
        private readonly byte[] _packet = new byte[RtpHeader.Length + TelephoneEvent.Length];
        private ushort _duration;
        private RtpTimestamp? _began;

        public void Send(bool isEnd)
        {
            RtpHeader next = line.Phone.NextHeader();
            _began ??= next.Timestamp;
            _duration += isEnd ? (ushort)0 : (ushort)160;
            (next with { PayloadType = 101, Timestamp = _began.Value }).Write(_packet);
            _packet[12] = code;
            _packet[13] = (byte)(isEnd ? 0x8A : 0x0A);
            _packet[14] = (byte)(_duration >> 8);
            _packet[15] = (byte)_duration;
            line.Rtp.Deliver(_packet, line.Phone.Address);
        }
    }
}
