using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Session timers (RFC 4028) in calls that we placed.</summary>
[Trait("Req", "DLG8")]
public sealed class OutgoingSessionTimerTests : OutgoingCallTest
{
    private const double LongestMeeting = 280 * 60;
    private const int Refreshes = 18;       // every 900 s

    [Theory]
    [InlineData("uac", "UPDATE", true)]
    [InlineData("uac", "INVITE", true)]
    [InlineData("uas", "UPDATE", false)]
    [InlineData("uas", "INVITE", false)]
    [InlineData(null, "UPDATE", true)]      // left open: it was our wish
    public void A_call_of_280_minutes_is_refreshed_by_whom_the_answer_names(string? refresher, string method, bool isOurs)
    {
        string answered = refresher is null ? "1800" : $"1800;refresher={refresher}";
        AppCall call = Take(answered, method == "UPDATE" ? "INVITE, ACK, BYE, UPDATE" : "INVITE, ACK, BYE");
        Callee.Complete = static (request, response) =>
        {
            if (request.Method == "UPDATE")
            {
                response.Headers.Add("Session-Expires", request.Headers["Session-Expires"]!);
            }
        };
        for (int i = 1; i <= Refreshes; i++)
        {
            if (isOurs)
            {
                Network.Run(900);
                if (method == "INVITE")
                {
                    Answer(200, sdp: Descriptions.Theirs, change: static ok =>
                    {
                        ok.Headers.Add("Session-Expires", "1800;refresher=uac");
                        ok.Headers.Remove("Allow");
                    });
                }
            }
            else
            {
                Network.Run(900);
                SipRequest refresh = Callee.Ask(method, sdp: method == "INVITE" ? Descriptions.Theirs : null, change: Refresh);
                Network.Run(0.05);
                Assert.Equal((200, "1800;refresher=uac"), (Callee.Responses(method).Last().StatusCode, Callee.Responses(method).Last().Headers["Session-Expires"]));
                if (method == "INVITE")
                {
                    Callee.Acknowledge(refresh);
                }
            }
        }

        Network.Run(LongestMeeting - (Refreshes * 901));
        Assert.Null(call.End);
        int sent = Callee.Requests(method).Select(static request => request.CSeq.Number).Distinct().Count() - (method == "INVITE" ? 1 : 0);
        Assert.Equal(isOurs ? Refreshes : 0, sent);
        Assert.All(
            Callee.Requests(method).Where(static request => request.To.Tag is not null),
            static request => Assert.Equal("1800;refresher=uac", request.Headers["Session-Expires"]));
    }

    [Fact]
    public void A_callee_that_does_not_refresh_gets_BYE_before_the_session_expires()
    {
        AppCall call = Take("1800;refresher=uas");
        TimeSpan answeredAt = Network.Now;
        Network.Run(LongestMeeting);
        Assert.Equal(SipCallEndKind.SessionExpired, call.End?.Kind);
        Assert.InRange(call.EndedAt - answeredAt, TimeSpan.FromSeconds(1767), TimeSpan.FromSeconds(1768));
    }

    [Fact]
    public void Where_the_callee_knows_no_timer_we_refresh_by_ourselves_and_where_none_was_asked_for_nobody_does()
    {
        AppCall asked = Take(expires: null, allow: "INVITE, UPDATE");
        Network.Run(LongestMeeting);
        Assert.Null(asked.End);
        Assert.Equal(Refreshes, Callee.Requests("UPDATE").Count());

        AppCall unasked = Establish();
        int before = Callee.Requests("UPDATE").Count();
        Do(asked, static one => one.HangUp(SipHangUp.Normal));
        Network.Run(LongestMeeting);
        Assert.Null(unasked.End);
        Assert.Equal(before, Callee.Requests("UPDATE").Count());
    }

    [Fact]
    public void A_422_raises_the_interval_once_and_the_session_keeps_to_it()
    {
        AppCall call = Dial(static options => options with { SessionInterval = TimeSpan.FromSeconds(600) });
        Answer(422, change: static response => response.Headers.Add("Min-SE", "3600"));
        Assert.Equal(("3600", "3600"), (Callee.Invite.Headers["Session-Expires"], Callee.Invite.Headers["Min-SE"]));
        Assert.Equal(2u, Callee.Invite.CSeq.Number);
        Answer(200, tag: "b", sdp: Descriptions.Theirs, change: static ok => ok.Headers.Add("Session-Expires", "3600;refresher=uac"));
        Network.Run(1801);
        SipRequest refresh = Callee.Requests("UPDATE").Last();
        Assert.Equal(("3600;refresher=uac", "3600"), (refresh.Headers["Session-Expires"], refresh.Headers["Min-SE"]));
        Assert.Null(call.End);

        AppCall stubborn = Dial(static options => options with { SessionInterval = TimeSpan.FromSeconds(600) });
        Answer(422, change: static response => response.Headers.Add("Min-SE", "3600"));
        Answer(422, change: static response => response.Headers.Add("Min-SE", "7200"));
        Assert.Equal(422, stubborn.End?.Status);
    }

    [Fact]
    public void A_422_without_a_higher_value_is_a_refusal()
    {
        AppCall call = Dial(static options => options with { SessionInterval = TimeSpan.FromSeconds(600) });
        Answer(422, change: static response => response.Headers.Add("Min-SE", "600"));
        Assert.Equal(422, call.End?.Status);
        Assert.Single(Callee.Requests("INVITE"));
    }

    private static void Refresh(SipRequest request)
    {
        request.Headers.Add("Supported", "timer");
        request.Headers.Add("Session-Expires", "1800;refresher=uac");
    }

    private AppCall Take(string? expires, string allow = "INVITE, ACK, BYE, UPDATE") => Establish(
        static options => options with { SessionInterval = TimeSpan.FromSeconds(1800) },
        ok =>
        {
            ok.Headers.Set("Allow", allow);
            if (expires is not null)
            {
                ok.Headers.Add("Session-Expires", expires);
            }
        });
}
