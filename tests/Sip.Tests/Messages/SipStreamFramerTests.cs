using PhoneBridge.Sip.Messages;

namespace PhoneBridge.Sip.Tests.Messages;

public sealed class SipStreamFramerTests
{
    private static readonly byte[] Invite = Wire.Bytes(Wire.Invite);
    private static readonly byte[] Bare = Wire.Bytes(Wire.InviteWith("Max-Forwards: 70", "Content-Length: 0"));

    private static List<string> Drain(SipStreamFramer framer)
    {
        List<string> seen = [];
        while (framer.TryRead(out SipFrame frame))
        {
            seen.Add(frame.Kind == SipFrameKind.Error ? $"{frame.Error.Status}" : $"{frame.Kind} {frame.Bytes.Length}");
        }

        return seen;
    }

    [Fact]
    [Trait("Req", "MSG6")]
    public void A_stream_cut_at_every_byte_gives_the_same_frames()
    {
        byte[] stream = [.. "\r\n"u8, .. Invite, .. "\r\n\r\n"u8, .. "\r\n"u8, .. Bare, .. Invite, .. "\r\n\r\n\r\n\r\n"u8];
        string[] expected = [$"Message {Invite.Length}", "Ping 0", $"Message {Bare.Length}", $"Message {Invite.Length}", "Ping 0", "Ping 0"];

        for (int cut = 0; cut <= stream.Length; cut++)
        {
            SipStreamFramer framer = new();
            framer.Append(stream.AsSpan(0, cut));
            List<string> seen = Drain(framer);
            framer.Append(stream.AsSpan(cut));
            seen.AddRange(Drain(framer));
            Assert.Equal(expected, seen);
            Assert.False(framer.HasPartialMessage);
        }

        SipStreamFramer byByte = new();
        List<string> single = [];
        foreach (byte octet in stream)
        {
            byByte.Append([octet]);
            single.AddRange(Drain(byByte));
        }

        Assert.Equal(expected, single);
    }

    [Fact]
    public void A_frame_is_the_message_itself()
    {
        SipStreamFramer framer = new();
        framer.Append([.. Bare, .. Invite]);
        Assert.True(framer.TryRead(out SipFrame first));
        Assert.Equal(Bare, first.Bytes);
        Assert.True(framer.TryRead(out SipFrame second));
        Assert.Equal(Invite, second.Bytes);
    }

    [Theory]
    [Trait("Req", "MSG6")]
    [InlineData("Max-Forwards: 70", 400)]
    [InlineData("Content-Length: -1", 400)]
    [InlineData("Content-Length: five", 400)]
    [InlineData("Content-Length: 1\nl: 2", 400)]
    [InlineData("Content-Length: 65536", 513)]
    [InlineData("Content-Length: 4294967296", 400)]
    public void Lost_framing_is_answerable_and_ends_the_stream(string line, int status)
    {
        SipStreamFramer framer = new();
        framer.Append(Wire.Bytes(Wire.InviteWith("Max-Forwards: 70", line)));
        Assert.True(framer.TryRead(out SipFrame frame));
        Assert.Equal((SipFrameKind.Error, status), (frame.Kind, frame.Error.Status));
        Assert.Equal("z9hG4bKabc123", frame.Answerable!.TopVia.Branch);

        framer.Append(Invite);
        Assert.False(framer.TryRead(out _));
        Assert.False(framer.HasPartialMessage);
    }

    [Fact]
    [Trait("Req", "MSG6")]
    public void Headers_without_end_are_cut_off_at_the_limit()
    {
        SipStreamFramer framer = new();
        framer.Append("INVITE sip:a SIP/2.0\r\n"u8);
        byte[] line = "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n"u8.ToArray();
        int sent = 0;
        List<string> seen = [];
        while (seen.Count == 0 && sent < 2 * SipLimits.MaxMessageBytes)
        {
            Assert.True(framer.HasPartialMessage);
            framer.Append(line);
            sent += line.Length;
            seen = Drain(framer);
        }

        Assert.Equal(["513"], seen);
        Assert.InRange(sent, 1, SipLimits.MaxMessageBytes + line.Length);
    }

    [Fact]
    public void A_lone_line_break_is_no_ping_and_no_message()
    {
        SipStreamFramer framer = new();
        framer.Append("\r\n"u8);
        Assert.False(framer.TryRead(out _));
        Assert.False(framer.HasPartialMessage);
    }

    [Fact]
    public void Input_that_is_not_sip_ends_the_stream_without_an_answer()
    {
        SipStreamFramer framer = new();
        framer.Append("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8);
        Assert.True(framer.TryRead(out SipFrame frame));
        Assert.Equal(SipFrameKind.Error, frame.Kind);
        Assert.Null(frame.Answerable);
    }
}
