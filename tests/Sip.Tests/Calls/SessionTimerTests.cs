using System.Text;
using PhoneBridge.Sip.Calls;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Sdp;
using PhoneBridge.Sip.Tests.Calls.Simulation;

namespace PhoneBridge.Sip.Tests.Calls;

/// <summary>Session timers (RFC 4028), on calls as long as a meeting may last.</summary>
[Trait("Req", "DLG8")]
public sealed class SessionTimerTests : CallTest
{
    private const double LongestMeeting = 280 * 60;
    private const string WithUpdate = "INVITE, ACK, CANCEL, BYE, UPDATE";
    private const string WithoutUpdate = "INVITE, ACK, CANCEL, BYE";

    [Theory]
    [InlineData("timer", "1800;refresher=uas", "1800;refresher=uas", "timer", 18)]
    [InlineData("timer", "1800;refresher=uac", "1800;refresher=uac", "timer", 0)]
    [InlineData("timer", "1800", "1800;refresher=uas", "timer", 18)]
    [InlineData("timer", "1800 ; Refresher = UAC", "1800;refresher=uac", "timer", 0)]
    [InlineData("100rel, TIMER", "3600;refresher=perhaps", "3600;refresher=uas", "timer", 9)]
    [InlineData("timer", null, "1800;refresher=uas", "timer", 18)]
    [InlineData("timer", "soon", "1800;refresher=uas", "timer", 18)]
    [InlineData(null, "1800", "1800;refresher=uas", null, 18)]              // a proxy asks
    [InlineData(null, "1800;refresher=uas", "1800;refresher=uas", null, 18)]
    [InlineData(null, "1800;refresher=uac", "1800;refresher=uac", "timer", 0)]
    [InlineData(null, null, null, null, 0)]
    public void A_call_of_280_minutes_is_refreshed_by_whom_the_answer_names(
        string? supported, string? asked, string? answered, string? required, int ours)
    {
        AppCall call = Call(asked, supported);
        SipResponse ok = Phone.Final("INVITE");
        Assert.Equal((answered, required), (ok.Headers["Session-Expires"], ok.Headers["Require"]));
        Assert.Contains("timer", ok.Supported);
        if (answered?.EndsWith("uac", StringComparison.Ordinal) == true)
        {
            RefreshFromPhone("UPDATE", "1800;refresher=uac", supported);
        }

        Network.Run(LongestMeeting);
        Assert.Equal(["confirmed"], call.Heard);
        Assert.Equal(ours, Phone.Requests("UPDATE").Count());
        Assert.All(Phone.Requests("UPDATE"), update =>
        {
            Assert.Equal(answered!.Replace("uas", "uac", StringComparison.Ordinal), update.Headers["Session-Expires"]);
            Assert.True(update.Body.IsEmpty);
            Assert.Contains("timer", update.Supported);
        });
        Assert.Empty(Phone.Requests("INVITE"));
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("INVITE")]
    public void A_refresh_is_answered_where_no_timer_was_ever_agreed(string method)
    {
        AppCall call = Call(asked: null, supported: null);
        RefreshFromPhone(method, "1800;refresher=uac", supported: null);
        Network.Run(LongestMeeting);
        Assert.Null(call.End);
        Assert.Equal(18, Phone.Responses(200).Count(ok => ok.CSeq.Method == method && ok.Headers["Session-Expires"] == "1800;refresher=uac"));
    }

    [Fact]
    public void A_timer_that_comes_unasked_in_the_answer_to_ours_is_kept_by_the_peer_and_watched_by_us()
    {
        AppCall call = Call(asked: null, supported: null, interval: 0);
        Phone.Complete = static (_, ok) => ok.Headers.Add("Session-Expires", "1800;refresher=uas");
        Do(static one => one.SendOffer(Descriptions.Ours));
        Network.Run(1);
        Assert.Null(Assert.Single(Phone.Requests("INVITE")).Headers["Session-Expires"]);
        RefreshFromPhone("UPDATE", "1800;refresher=uac", supported: null, times: 17);
        Network.Run(17 * 900 + 1);
        Assert.Null(call.End);
        Network.Run(1800);
        Assert.Equal(SipCallEndKind.SessionExpired, call.End?.Kind);
    }

    [Theory]
    [InlineData(1800, 1768)]
    [InlineData(90, 60)]
    [InlineData(96, 64)]
    [InlineData(4294967295, 0)]
    public void A_peer_that_does_not_refresh_gets_BYE_before_the_session_expires(long interval, double endsAfter)
    {
        AppCall call = Call($"{interval};refresher=uac");
        TimeSpan answeredAt = Phone.Arrived.First(static item => item.Message is SipResponse { StatusCode: 200 }).At - TimeSpan.FromMilliseconds(10);
        Network.Run(LongestMeeting);
        if (endsAfter == 0)
        {
            Assert.Null(call.End);
            return;
        }

        Assert.Equal(SipCallEndKind.SessionExpired, call.End?.Kind);
        Assert.Equal(TimeSpan.FromSeconds(endsAfter), call.EndedAt - answeredAt);
        SipRequest bye = Assert.Single(Phone.Requests("BYE"));
        Assert.StartsWith("Q.850;cause=102", bye.Headers["Reason"], StringComparison.Ordinal);
        Assert.Empty(Phone.Requests("UPDATE"));
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void A_peer_that_stops_to_refresh_gets_BYE(string method)
    {
        AppCall call = Call("90;refresher=uac");
        RefreshFromPhone(method, "90;refresher=uac", "timer", times: 5, every: 45);
        Network.Run(5 * 45 + 59);
        Assert.Null(call.End);
        Network.Run(2);
        Assert.Equal(SipCallEndKind.SessionExpired, call.End?.Kind);
    }

    [Fact]
    public void An_INVITE_with_too_short_an_interval_gets_422_with_Min_SE_and_may_come_again()
    {
        Phone.Invite(Descriptions.Theirs, static invite => Ask(invite, "89", "timer"));
        Network.Run(1);
        Assert.Equal((422, "90"), (Phone.Final("INVITE").StatusCode, Phone.Final("INVITE").Headers["Min-SE"]));
        Assert.Empty(App.Calls);
        SimulatedPhone other = NewPhone();
        other.Invite(Descriptions.Theirs, static invite => Ask(invite, "90", "timer"));
        Network.Run(1);
        Assert.Equal("90;refresher=uas", other.Final("INVITE").Headers["Session-Expires"]);
    }

    [Theory]
    [InlineData("INVITE", true)]
    [InlineData("UPDATE", true)]
    [InlineData("UPDATE", false)]
    public void A_refresh_with_too_short_an_interval_gets_422_and_changes_nothing(string method, bool hasSdp)
    {
        AppCall call = Call("1800;refresher=uac");
        Phone.SendInDialog(method, hasSdp ? Descriptions.Hold : null, change: static request => Ask(request, "30;refresher=uas", "timer"));
        Network.Run(1);
        Assert.Equal((422, "90"), (Phone.Final(method).StatusCode, Phone.Final(method).Headers["Min-SE"]));
        Assert.Equal(["confirmed"], call.Heard);
        Network.Run(1765);
        Assert.Null(call.End);
        Network.Run(5);
        Assert.Equal(SipCallEndKind.SessionExpired, call.End?.Kind);
    }

    [Fact]
    public void Too_short_an_interval_of_who_does_not_know_the_extension_is_raised_and_the_refresh_is_ours()
    {
        AppCall call = Call("1", supported: null);
        Assert.Equal(("90;refresher=uas", null), (Phone.Final("INVITE").Headers["Session-Expires"], Phone.Final("INVITE").Headers["Require"]));
        Network.Run(451);
        Assert.Equal(10, Phone.Requests("UPDATE").Count());
        Assert.Null(call.End);
    }

    [Fact]
    public void What_we_ask_for_is_not_below_the_callers_Min_SE_which_our_refreshes_repeat()
    {
        Phone.Invite(Descriptions.Theirs, static invite =>
        {
            Ask(invite, null, "timer");
            invite.Headers.Add("Min-SE", "3600;x=y");
        });
        App.OnCall = static call => call.Call.Accept(Descriptions.Ours, TimeSpan.FromSeconds(1800));
        Network.Run(1801);
        Assert.Equal("3600;refresher=uas", Phone.Final("INVITE").Headers["Session-Expires"]);
        SipRequest update = Assert.Single(Phone.Requests("UPDATE"));
        Assert.Equal(("3600;refresher=uac", "3600"), (update.Headers["Session-Expires"], update.Headers["Min-SE"]));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("600;refresher=uac", "600;refresher=uac")]
    [InlineData("600", "600;refresher=uas")]
    public void Who_is_told_not_to_ask_still_honours_what_the_peer_asks(string? asked, string? answered)
    {
        Call(asked, interval: 0);
        Assert.Equal(answered, Phone.Final("INVITE").Headers["Session-Expires"]);
        Assert.Equal(answered is null ? null : "timer", Phone.Final("INVITE").Headers["Require"]);
    }

    [Theory]
    [InlineData(WithUpdate)]
    [InlineData(WithoutUpdate)]
    public void A_422_to_our_refresh_raises_the_interval_and_is_followed_by_one_more_try(string allow)
    {
        AppCall call = Call("1800;refresher=uas", allow: allow);
        string method = allow == WithUpdate ? "UPDATE" : "INVITE";
        uint minimum = 3600;
        Phone.Complete = (_, refusal) =>
        {
            if (refusal.StatusCode == 422)
            {
                refusal.Headers.Add("Min-SE", $"{minimum}");
                minimum *= 2;
            }
        };
        Phone.Answers.Enqueue(422);
        Phone.Answers.Enqueue(422);
        Network.Run(901);
        SipRequest[] tries = [.. Phone.Requests(method)];
        Assert.Equal(["1800;refresher=uac", "3600;refresher=uac"], tries.Select(static one => one.Headers["Session-Expires"]));
        Assert.Equal([null, "3600"], tries.Select(static one => one.Headers["Min-SE"]));

        // Refused a second time: another try comes in a while, and the call goes on.
        Network.Run(598);
        Assert.Equal(2, Phone.Requests(method).Count());
        Network.Run(2);
        Assert.Equal(3, Phone.Requests(method).Count());
        Network.Run(1800);
        Assert.Equal(4, Phone.Requests(method).Count());
        Assert.Null(call.End);
    }

    [Theory]
    [InlineData("600;refresher=uas", 0, 901 + 568)]     // the peer takes over …
    [InlineData("600;refresher=uac", 300, 0)]           // … or leaves it with us, at another interval
    [InlineData("600", 300, 0)]
    [InlineData("1;refresher=uac", 45, 0)]
    [InlineData(null, 900, 0)]                          // the peer does not know the extension
    public void The_answer_to_our_refresh_may_change_interval_and_refresher(string? said, int next, double endsAfter)
    {
        AppCall call = Call("1800;refresher=uas");
        Phone.Complete = (_, ok) =>
        {
            if (said is not null)
            {
                ok.Headers.Add("Session-Expires", said);
            }
        };
        Network.Run(901);
        Network.Run(next == 0 ? 900 : next * 3);
        if (next == 0)
        {
            Assert.Single(Phone.Requests("UPDATE"));
            Assert.Equal(SipCallEndKind.SessionExpired, call.End?.Kind);
            Assert.InRange((call.EndedAt - TimeSpan.FromHours(1)).TotalSeconds, endsAfter - 2, endsAfter + 1);
        }
        else
        {
            Assert.Equal(4, Phone.Requests("UPDATE").Count());
            Assert.Null(call.End);
        }
    }

    [Theory]
    [InlineData(WithUpdate, "UPDATE", "90;refresher=uac")]
    [InlineData(WithUpdate, "UPDATE", "90;refresher=uas")]
    [InlineData(WithUpdate, "INVITE", "90;refresher=uas")]
    [InlineData(WithoutUpdate, "UPDATE", "90;refresher=uas")]
    [InlineData(WithoutUpdate, "INVITE", "90;refresher=uas")]
    public void A_peer_that_refreshes_whenever_we_do_is_answered_for_280_minutes(string allow, string method, string asked)
    {
        AppCall call = Call("90;refresher=uas", allow: allow);
        int sent = 0;
        Phone.Complete = (request, ok) =>
        {
            ok.Headers.Add("Session-Expires", "90;refresher=uac");
            if (request.Method != "BYE")
            {
                sent++;
                Phone.SendInDialog(
                    method, method == "INVITE" ? Descriptions.Theirs : null, change: refresh => Ask(refresh, asked, "timer", allow));
            }
        };
        Network.Run(LongestMeeting);
        Assert.Null(call.End);
        Assert.InRange(sent, 370, 374);
        int met = allow == WithoutUpdate && method == "INVITE" ? 491 : 200;
        Assert.Equal(sent, Phone.Responses(met).Count(response => response.CSeq is { Number: > 1 } cseq && cseq.Method == method));
    }

    [Fact]
    public void UPDATEs_that_cross_both_get_200()
    {
        AppCall call = Call("90;refresher=uas");
        TimeSpan due = Phone.Arrived.First(static item => item.Message is SipResponse { StatusCode: 200 }).At
            - TimeSpan.FromMilliseconds(10) + TimeSpan.FromSeconds(45);
        Network.At(due, () => Phone.SendInDialog("UPDATE", change: static update => Ask(update, "90;refresher=uac", "timer")));
        Network.Run(45);
        Assert.Single(Phone.Requests("UPDATE"));
        Assert.Equal(200, Phone.Final("UPDATE").StatusCode);
        Assert.Equal(["confirmed"], call.Heard);
        Network.Run(300);
        Assert.Null(call.End);      // who of the two goes on is what was said last: we do
        Assert.True(Phone.Requests("UPDATE").Count() > 4);
    }

    [Fact]
    public void re_INVITEs_that_cross_as_refreshes_get_491_and_the_session_is_refreshed_all_the_same()
    {
        AppCall call = Call("90;refresher=uas", allow: WithoutUpdate);
        TimeSpan due = Phone.Arrived.First(static item => item.Message is SipResponse { StatusCode: 200 }).At
            - TimeSpan.FromMilliseconds(10) + TimeSpan.FromSeconds(45);
        Phone.Answers.Enqueue(491);
        Network.At(due, () => Phone.SendInDialog("INVITE", Descriptions.Theirs, change: static invite => Ask(invite, "90;refresher=uas", "timer", WithoutUpdate)));
        Network.Run(45);
        Assert.Equal(491, Phone.Final("INVITE").StatusCode);
        Network.Run(2.5);
        Assert.Equal(2, Phone.Requests("INVITE").Count());
        Network.Run(1000);
        Assert.Null(call.End);
        Assert.Empty(Phone.Requests("BYE"));
    }

    [Fact]
    public void A_491_to_our_UPDATE_is_followed_by_another_within_2_s()
    {
        AppCall call = Call("1800;refresher=uas");
        Phone.Answers.Enqueue(491);
        Network.Run(902.5);
        Assert.Equal(2, Phone.Requests("UPDATE").Count());
        Network.Run(LongestMeeting);
        Assert.Null(call.End);
    }

    [Fact]
    public void A_refresh_of_the_peer_that_comes_while_ours_waits_after_491_makes_ours_superfluous()
    {
        Call("90;refresher=uas", allow: WithoutUpdate);
        Phone.Answers.Enqueue(491);
        Network.Run(44.05);
        Assert.Single(Phone.Requests("INVITE"));
        Phone.SendInDialog("INVITE", Descriptions.Theirs, change: static invite => Ask(invite, "90;refresher=uas", "timer", WithoutUpdate));
        Network.Run(44);
        Assert.Equal(200, Phone.Final("INVITE").StatusCode);
        Assert.Single(Phone.Requests("INVITE"));
        Network.Run(2);
        Assert.Equal(2, Phone.Requests("INVITE").Count());
    }

    [Theory]
    [InlineData(WithoutUpdate)]
    [InlineData(null)]
    public void Without_UPDATE_in_Allow_the_refresh_is_a_re_INVITE_with_the_description_that_holds(string? allow)
    {
        AppCall call = Call("1800;refresher=uas", allow: allow);
        Network.Run(LongestMeeting);
        Assert.Null(call.End);
        Assert.Empty(Phone.Requests("UPDATE"));
        SipRequest[] refreshes = [.. Phone.Requests("INVITE")];
        Assert.Equal(18, refreshes.Length);
        Assert.All(refreshes, static invite => Assert.Equal(Descriptions.Ours.ToString(), Encoding.ASCII.GetString(invite.Body.Span)));
        Assert.Equal(18, Phone.Requests("ACK").Count());
        Assert.DoesNotContain("offer failed", call.Heard);
    }

    [Fact]
    public void A_peer_that_refuses_UPDATE_though_it_lists_it_is_refreshed_by_re_INVITE()
    {
        AppCall call = Call("1800;refresher=uas");
        Phone.Answers.Enqueue(405);
        Network.Run(LongestMeeting);
        Assert.Null(call.End);
        Assert.Single(Phone.Requests("UPDATE"));
        Assert.Equal(18, Phone.Requests("INVITE").Count());
    }

    [Theory]
    [InlineData(408, WithUpdate)]
    [InlineData(481, WithUpdate)]
    [InlineData(0, WithUpdate)]
    [InlineData(408, WithoutUpdate)]
    [InlineData(481, WithoutUpdate)]
    [InlineData(0, WithoutUpdate)]
    public void A_refresh_that_finds_nobody_ends_the_call(int status, string allow)
    {
        AppCall call = Call("1800;refresher=uas", allow: allow);
        Phone.Answers.Enqueue(status);
        Network.Run(900 + 33);
        Assert.Equal(SipCallEndKind.PeerGone, call.End?.Kind);
        Assert.Single(Phone.Requests("BYE"));
    }

    [Theory]
    [InlineData(488, WithUpdate)]
    [InlineData(500, WithUpdate)]
    [InlineData(422, WithUpdate)]        // without Min-SE
    [InlineData(488, WithoutUpdate)]
    [InlineData(503, WithoutUpdate)]
    public void A_refresh_that_is_refused_otherwise_is_tried_again_and_the_call_lives(int status, string allow)
    {
        AppCall call = Call("1800;refresher=uas", allow: allow);
        Enumerable.Repeat(status, 3).ToList().ForEach(Phone.Answers.Enqueue);
        Network.Run(900 + (3 * 300) + 1);
        Assert.Equal(4, Phone.Requests(allow == WithUpdate ? "UPDATE" : "INVITE").Count());
        Network.Run(LongestMeeting);
        Assert.Null(call.End);
        Assert.Null(call.OfferFailedWith);
    }

    [Fact]
    public void An_offer_of_the_application_during_a_refresh_is_not_lost()
    {
        AppCall call = Call("1800;refresher=uas", allow: WithoutUpdate);
        Network.Run(898.995);
        while (!Phone.Requests("INVITE").Any())
        {
            Network.Run(0.001);
        }

        SdpSession changed = Descriptions.Ours with { Origin = "- 1 2 IN IP4 192.0.2.1" };
        Do(one => one.SendOffer(changed));
        Network.Run(1);
        Assert.Equal(
            [Descriptions.Ours.ToString(), changed.ToString()],
            Phone.Requests("INVITE").Select(static invite => Encoding.ASCII.GetString(invite.Body.Span)));
        Network.Run(901);
        Assert.Equal(changed.ToString(), Encoding.ASCII.GetString(Phone.Requests("INVITE").Last().Body.Span));
        Assert.Null(call.End);
    }

    [Fact]
    public void A_re_INVITE_without_a_word_about_timers_ends_the_peers_duty_and_not_the_call()
    {
        AppCall call = Call("90;refresher=uac");
        Phone.SendInDialog("INVITE", Descriptions.Hold);
        Network.Run(1);
        Assert.Null(Phone.Final("INVITE").Headers["Session-Expires"]);
        Network.Run(1000);
        Assert.Null(call.End);
    }

    [Fact]
    public void A_refresh_that_leaves_the_refresher_open_leaves_it_as_it_is()
    {
        Call("90;refresher=uac");
        foreach (string? asked in (string?[])["120", null])
        {
            Phone.SendInDialog("UPDATE", change: update => Ask(update, asked, "timer"));
            Network.Run(1);
            Assert.Equal("120;refresher=uac", Phone.Final("UPDATE").Headers["Session-Expires"]);
        }
    }

    [Fact]
    [Trait("Req", "DLG10")]
    public void A_required_timer_is_known_and_does_not_hide_what_is_unknown()
    {
        Phone.Invite(Descriptions.Theirs, static invite => invite.Headers.Add("Require", "timer"));
        Network.Run(1);
        Assert.Equal(200, Phone.Final("INVITE").StatusCode);
        Phone.SendInDialog("INVITE", Descriptions.Theirs, change: static invite => invite.Headers.Add("Require", "timer, precondition"));
        Network.Run(1);
        Assert.Equal((420, "precondition"), (Phone.Final("INVITE").StatusCode, Phone.Final("INVITE").Headers["Unsupported"]));
    }

    [Fact]
    public void An_UPDATE_before_the_answer_starts_no_timer()
    {
        App.OnCall = static call => call.Call.Ring();
        Phone.Invite(Descriptions.Theirs);
        Network.Run(0.1);
        SipRequest update = Phone.NewRequest("UPDATE", null);
        update.Headers.Set("CSeq", "2 UPDATE");
        update.Headers.Set("To", Phone.Responses(180).Single().Headers["To"]!);
        Ask(update, "90;refresher=uac", "timer");
        Phone.SendRaw(update);
        Network.Run(100);
        Assert.Null(Phone.Responses(200).Single().Headers["Session-Expires"]);
        Assert.Null(App.Only.End);
    }

    [Theory]
    [InlineData(WithUpdate)]
    [InlineData(WithoutUpdate)]
    public void A_BYE_while_a_refresh_is_out_leaves_nothing_behind(string allow)
    {
        AppCall call = Call("90;refresher=uas", allow: allow);
        Phone.Answers.Enqueue(0);
        Network.Run(46);
        Phone.SendInDialog("BYE");
        Network.Run(0.1);
        Assert.Equal(SipCallEndKind.RemoteHangUp, call.End?.Kind);
        Assert.Equal((0L, 0L), (Bridge.Counters.Dialogs, Bridge.Counters.ClientTransactions));
    }

    private AppCall Call(string? asked, string? supported = "timer", string? allow = WithUpdate, int interval = 1800)
    {
        App.OnCall = call => call.Call.Accept(Descriptions.Ours, TimeSpan.FromSeconds(interval));
        Phone.Invite(Descriptions.Theirs, invite => Ask(invite, asked, supported, allow));
        Network.Run(1);
        Assert.Equal(["confirmed"], App.Only.Heard);
        return App.Only;
    }

    private static void Ask(SipRequest request, string? expires, string? supported, string? allow = WithUpdate)
    {
        foreach ((string name, string? value) in ((string, string?)[])[("x", expires), ("Supported", supported), ("Allow", allow)])
        {
            if (value is not null)
            {
                request.Headers.Add(name, value);
            }
        }
    }

    // What a peer does that refreshes as it should: every 15 minutes, with the answer checked by the test.
    private void RefreshFromPhone(string method, string expires, string? supported, int times = 18, double every = 900)
    {
        TimeSpan start = Network.Now;
        for (int i = 1; i <= times; i++)
        {
            Network.At(start + TimeSpan.FromSeconds(every * i), () => Phone.SendInDialog(
                method,
                method == "INVITE" ? Descriptions.Theirs : null,
                change: request => Ask(request, expires, supported)));
        }
    }
}
