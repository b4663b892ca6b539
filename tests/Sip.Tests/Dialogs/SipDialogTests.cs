using System.Net;
using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Dialogs;

public sealed class SipDialogTests
{
    private const string Routes = "<sip:192.0.2.50;lr>, <sip:p1.example;lr>";

    [Fact]
    [Trait("Req", "DLG1")]
    public void The_route_set_is_the_Record_Route_in_order_for_the_callee_and_reversed_for_the_caller()
    {
        SipRequest invite = Invite(Routes);
        SipDialog callee = SipDialog.ForIncoming(invite, "us", TransactionSamples.Udp);
        SipResponse ok = SipResponse.For(invite, 200, toTag: "us");
        ok.Headers.Add("Contact", "<sip:bridge@192.0.2.1>");
        SipDialog caller = SipDialog.ForOutgoing(invite, ok, TransactionSamples.Udp);

        Assert.Equal(["<sip:192.0.2.50;lr>", "<sip:p1.example;lr>"], callee.NewRequest("BYE").Headers.GetAll("Route"));
        Assert.Equal(["<sip:p1.example;lr>", "<sip:192.0.2.50;lr>"], caller.NewRequest("BYE").Headers.GetAll("Route"));
        Assert.Equal(new DialogId("call-1", "us", "caller"), callee.Id);
        Assert.Equal(new DialogId("call-1", "caller", "us"), caller.Id);
    }

    [Fact]
    [Trait("Req", "DLG1")]
    public void With_loose_routes_the_target_is_the_Request_URI()
    {
        SipRequest bye = SipDialog.ForIncoming(Invite(Routes), "us", TransactionSamples.Udp).NewRequest("BYE");
        Assert.Equal("sip:a@192.0.2.9:5060", bye.Uri.ToString());
        Assert.Equal(("us", "caller", "call-1", "1 BYE", 70), (bye.From.Tag, bye.To.Tag, bye.CallId, bye.CSeq.ToString(), bye.MaxForwards));
    }

    [Fact]
    [Trait("Req", "DLG1")]
    public void With_a_strict_router_first_it_is_the_Request_URI_and_the_target_ends_the_route()
    {
        SipRequest invite = Invite("<sip:192.0.2.50>, <sip:p1.example;lr>");
        SipRequest bye = SipDialog.ForIncoming(invite, "us", TransactionSamples.Udp).NewRequest("BYE");
        Assert.Equal("sip:192.0.2.50", bye.Uri.ToString());
        Assert.Equal(["<sip:p1.example;lr>", "<sip:a@192.0.2.9:5060>"], bye.Headers.GetAll("Route"));
    }

    [Fact]
    [Trait("Req", "DLG1")]
    public void A_refresh_moves_the_target_and_never_the_routes()
    {
        SipDialog dialog = SipDialog.ForIncoming(Invite(Routes), "us", TransactionSamples.Udp);
        SipRequest reinvite = Invite("<sip:other.example;lr>");
        reinvite.Headers.Set("Contact", "<sip:b@192.0.2.10;method=INVITE?Subject=x>");
        dialog.RefreshTarget(reinvite);
        Assert.Equal("sip:b@192.0.2.10", dialog.NewRequest("BYE").Uri.ToString());
        Assert.Equal(2, dialog.NewRequest("BYE").Routes.Count);

        reinvite.Headers.Remove("Contact");
        dialog.RefreshTarget(reinvite);
        Assert.Equal("sip:b@192.0.2.10", dialog.RemoteTarget.ToString());
    }

    [Fact]
    [Trait("Req", "DLG2")]
    public void Our_CSeq_rises_by_one_and_an_ACK_takes_that_of_its_INVITE()
    {
        SipDialog dialog = SipDialog.ForIncoming(Invite(null), "us", TransactionSamples.Udp);
        Assert.Equal(1u, dialog.NewRequest("INVITE").CSeq.Number);
        Assert.Equal(new SipCSeq(1, "ACK"), dialog.NewRequest("ACK", ackOf: 1).CSeq);
        Assert.Equal(2u, dialog.NewRequest("BYE").CSeq.Number);
    }

    [Fact]
    [Trait("Req", "DLG2")]
    public void The_peers_CSeq_may_jump_and_may_not_fall()
    {
        SipDialog dialog = SipDialog.ForIncoming(Invite(null), "us", TransactionSamples.Udp);
        SipFlow later = TransactionSamples.Udp with { Remote = new IPEndPoint(IPAddress.Parse("192.0.2.9"), 6000) };
        Assert.Equal(SequenceCheck.InOrder, dialog.OnRequest(TransactionSamples.Request("INFO", cseq: 50), later));
        Assert.Equal(later, dialog.Flow);
        Assert.Equal(SequenceCheck.Repeated, dialog.OnRequest(TransactionSamples.Request("INFO", cseq: 50), later));
        Assert.Equal(SequenceCheck.TooLow, dialog.OnRequest(TransactionSamples.Request("INFO", cseq: 49), TransactionSamples.Udp));
        Assert.Equal(later, dialog.Flow);
    }

    private static SipRequest Invite(string? recordRoute)
    {
        SipRequest invite = TransactionSamples.Request("INVITE");
        if (recordRoute is not null)
        {
            invite.Headers.Add("Record-Route", recordRoute);
        }

        return invite;
    }
}
