using System.Net;
using PhoneBridge.Sip.Dialogs;
using PhoneBridge.Sip.Messages;
using PhoneBridge.Sip.Tests.Transactions;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Dialogs;

public sealed class DialogRoutingTests
{
    private static readonly IPEndPoint TcpListener = IPEndPoint.Parse("192.0.2.1:5060");

    [Theory]
    [Trait("Req", "DLG1")]
    [InlineData("<sip:a@198.51.100.7:5080>", null, "198.51.100.7:5080")]
    [InlineData("<sip:a@198.51.100.7>", null, "198.51.100.7:5060")]
    [InlineData("<sip:a@phone.example>", null, "192.0.2.9:40000")]              // no DNS here: the way that its request came
    [InlineData("<sip:a@10.1.2.3:5060>", null, "192.0.2.9:40000")]              // behind address translation
    [InlineData("<sip:a@192.168.7.1>", "<sip:198.51.100.9;lr>", "198.51.100.9:5060")]
    [InlineData("<sip:a@198.51.100.7>", "<sip:proxy.example;lr>", "192.0.2.9:40000")]
    [InlineData("<sip:a@[2001:db8::1]>", null, "192.0.2.9:40000")]
    [InlineData("<sip:a@192.0.2.9:5070>", null, "192.0.2.9:5070")]
    public void Datagrams_go_to_the_next_hop_or_back_where_the_last_request_came_from(string contact, string? route, string expected)
    {
        (SipFlow flow, IPEndPoint? fallback) = DialogRouting.NextHop(Dialog(contact, route, Udp), TcpListener);
        Assert.Equal((SipTransportKind.Udp, expected), (flow.Transport, flow.Remote.ToString()));
        Assert.Null(fallback);
    }

    [Theory]
    [InlineData("<sip:a@192.168.0.20:5062>", "192.168.0.20:5062")]     // the address that we see: its own port holds
    [InlineData("<sip:a@192.168.0.21:5062>", "192.168.0.20:40000")]
    public void A_private_Contact_holds_when_it_is_the_address_that_we_see(string contact, string expected)
    {
        SipFlow lan = Udp with { Remote = IPEndPoint.Parse("192.168.0.20:40000") };
        Assert.Equal(expected, DialogRouting.NextHop(Dialog(contact, null, lan), null).Flow.Remote.ToString());
    }

    [Fact]
    public void A_dialog_on_a_connection_keeps_to_it_and_knows_where_to_connect_again()
    {
        SipFlow tcp = Udp with { Transport = SipTransportKind.Tcp, Channel = 5 };
        (SipFlow flow, IPEndPoint? fallback) = DialogRouting.NextHop(Dialog("<sip:a@198.51.100.7;transport=tcp>", null, tcp), TcpListener);
        Assert.Equal(tcp, flow);
        Assert.Equal("198.51.100.7:5060", fallback!.ToString());
    }

    [Fact]
    public void A_Contact_that_asks_for_TCP_gets_a_connection_where_we_have_a_listener()
    {
        SipDialog dialog = Dialog("<sip:a@198.51.100.7;transport=tcp>", null, Udp);
        (SipFlow flow, IPEndPoint? fallback) = DialogRouting.NextHop(dialog, TcpListener);
        Assert.Equal((SipTransportKind.Tcp, 0L, TcpListener), (flow.Transport, flow.Channel, flow.Local));
        Assert.Equal("198.51.100.7:5060", fallback!.ToString());
        Assert.Equal(SipTransportKind.Udp, DialogRouting.NextHop(dialog, null).Flow.Transport);
    }

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("100.128.0.1", false)]
    [InlineData("169.254.3.4", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("0.0.0.0", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("::1", true)]
    [InlineData("::", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("2001:db8::1", false)]
    public void Private_addresses_are_known(string address, bool expected) =>
        Assert.Equal(expected, DialogRouting.IsPrivate(IPAddress.Parse(address)));

    private static SipFlow Udp => TransactionSamples.Udp with { Remote = IPEndPoint.Parse("192.0.2.9:40000") };

    private static SipDialog Dialog(string contact, string? route, SipFlow flow)
    {
        SipRequest invite = TransactionSamples.Request("INVITE");
        invite.Headers.Set("Contact", contact);
        if (route is not null)
        {
            invite.Headers.Add("Record-Route", route);
        }

        return SipDialog.ForIncoming(invite, "us", flow);
    }
}
