using System.Net;
using PhoneBridge.Bridge.Demo;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Rooms;
using PhoneBridge.Rooms.Pins;

namespace PhoneBridge.Bridge.Tests.Demo;

public sealed class WelcomeScreenTests
{
    private static readonly IPEndPoint Any = new(IPAddress.Any, 5060);
    private static readonly IPAddress[] Local = [IPAddress.Parse("192.0.2.7"), IPAddress.Parse("2001:db8::7"), IPAddress.Loopback];

    [Fact]
    public void It_fits_on_one_screen_and_has_the_pins_in_groups_of_three()
    {
        string text = Screen([Any], [Any]);
        Assert.True(text.Split('\n').Length <= 24);
        Assert.Contains("PIN 123 456 789", text, StringComparison.Ordinal);
        Assert.Contains("PIN 987 654 321", text, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:8080", text, StringComparison.Ordinal);
        Assert.Contains("/data/api-key.txt", text, StringComparison.Ordinal);
        Assert.Contains("Ctrl-C", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wildcard_is_shown_as_the_machines_own_addresses_the_best_first()
    {
        string text = Screen([Any], [Any]);
        Assert.Matches("Dial +sip:conference@192.0.2.7\n", text);
        Assert.Contains("or sip:conference@127.0.0.1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2001:db8", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_port_ipv6_and_tcp_alone_are_written_into_the_address()
    {
        Assert.Contains("sip:conference@127.0.0.1:5070\n", Screen([new IPEndPoint(IPAddress.Loopback, 5070)], []), StringComparison.Ordinal);
        Assert.Contains("sip:conference@[2001:db8::7]\n", Screen([new IPEndPoint(IPAddress.IPv6Any, 5060)], []), StringComparison.Ordinal);
        Assert.Contains("sip:conference@192.0.2.7;transport=tcp\n", Screen([], [Any]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_machines_addresses_include_loopback_last()
    {
        IReadOnlyList<IPAddress> addresses = LocalAddresses.Read();
        Assert.Contains(IPAddress.Loopback, addresses);
        Assert.True(IPAddress.IsLoopback(addresses[^1]));
    }

    [Fact]
    public async Task The_demonstration_room_is_made_once()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(["--Demo:Enabled=true", "--Demo:RoomTitle=Essai"]);
        Assert.Equal("Essai", Assert.Single(bridge.Get<IRoomStore>().List(null, 10)).Title);
    }

    [Fact]
    public async Task Without_the_switch_no_room_is_made()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync();
        Assert.Equal(0, bridge.Get<IRoomStore>().Count);
    }

    private static string Screen(IReadOnlyList<IPEndPoint> udp, IReadOnlyList<IPEndPoint> tcp) =>
        new WelcomeScreen(udp, tcp, Local, new Uri("http://127.0.0.1:8080"), "/data/api-key.txt", new Room
        {
            Id = RoomId.NewRandom(),
            Title = "Démonstration",
            ParticipantPin = PinOf("123456789"),
            ModeratorPin = PinOf("987654321"),
            Settings = new RoomSettings(),
            CreatedAt = DateTimeOffset.UnixEpoch,
            ChangedAt = DateTimeOffset.UnixEpoch,
        }).ToText();

    private static Pin PinOf(string digits) => Pin.TryParse(digits, out Pin? pin) ? pin : throw new ArgumentException("no PIN", nameof(digits));
}
