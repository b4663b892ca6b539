using System.Reflection;
using Microsoft.Extensions.Configuration;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Tests.Configuration;

/// <summary>appsettings.json is the operator's reference: it holds every key, with the default that the code has.</summary>
public sealed class ShippedSettingsTests
{
    private static readonly IConfiguration Shipped = new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();

    public static TheoryData<Type> OptionTypes() =>
    [
        typeof(SipOptions), typeof(MediaOptions), typeof(DialogueOptions), typeof(RoomsOptions), typeof(ApiOptions),
        typeof(StorageOptions), typeof(ShutdownOptions), typeof(DemoOptions), typeof(TelemetryOptions), typeof(DialOutOptions),
    ];

    [Theory, MemberData(nameof(OptionTypes))]
    public void Every_key_is_there_with_its_default(Type type) => CheckKeys(type, (string)type.GetField("Section")!.GetRawConstantValue()!);

    [Theory]
    [InlineData(typeof(MediaOpusOptions), "Media:Opus")]
    [InlineData(typeof(BanOptions), "Sip:Bans")]
    [InlineData(typeof(OverloadOptions), "Sip:Overload")]
    [InlineData(typeof(CallTraceOptions), "Telemetry:CallTraces")]
    public void Every_key_of_a_section_within_another_is_there_with_its_default(Type type, string section) => CheckKeys(type, section);

    [Fact]
    public void So_are_those_of_TLS_and_connections()
    {
        CheckKeys(typeof(CertificateOptions), "Sip:Certificate");
        CheckKeys(typeof(ConnectionOptions), "Sip:Connections");
    }

    [Fact]
    public void The_section_on_SRTP_of_a_trunk_is_there_with_its_defaults() => CheckKeys(typeof(TrunkSrtpOptions), "Sip:UnknownTrunk:Srtp");

    private static void CheckKeys(Type type, string section)
    {
        object fromCode = Activator.CreateInstance(type)!;
        object fromFile = Activator.CreateInstance(type)!;
        Shipped.GetSection(section).Bind(fromFile);
        string[] inFile = [.. Shipped.GetSection(section).GetChildren().Select(c => c.Key).Order(StringComparer.Ordinal)];
        PropertyInfo[] keys = [.. type.GetProperties().Where(p => p.CanWrite)];
        Assert.NotEmpty(keys);
        Assert.Equal(keys.Select(k => k.Name).Order(StringComparer.Ordinal), inFile);
        foreach (PropertyInfo key in keys.Where(k => k.PropertyType.IsValueType || k.PropertyType == typeof(string)))
        {
            Assert.Equal((key.Name, key.GetValue(fromCode)), (key.Name, key.GetValue(fromFile)));
        }
    }

    [Fact]
    public void Both_default_listen_lists_are_those_of_the_code()
    {
        SipOptions fromFile = new();
        Shipped.GetSection(SipOptions.Section).Bind(fromFile);
        Assert.Equal(new SipOptions().UdpEndPoints(), fromFile.UdpEndPoints());
        Assert.Equal(new SipOptions().TcpEndPoints(), fromFile.TcpEndPoints());
        Assert.Empty(new SipOptions().TlsEndPoints());
    }

    [Fact]
    public void The_trunk_for_unknown_sources_lists_every_key_of_a_trunk_but_what_needs_an_address() =>
        Assert.Equal(
            typeof(TrunkOptions).GetProperties().Select(p => p.Name)
                .Where(n => n is not (nameof(TrunkOptions.Sources) or nameof(TrunkOptions.Registration) or nameof(TrunkOptions.Peer) or nameof(TrunkOptions.Tls)
                    or nameof(TrunkOptions.DialOut)))
                .Order(StringComparer.Ordinal),
            Shipped.GetSection("Sip:UnknownTrunk").GetChildren().Select(c => c.Key).Order(StringComparer.Ordinal));

    [Fact]
    public void The_trunk_for_unknown_sources_has_the_defaults_of_every_trunk()
    {
        TrunkOptions fromFile = new() { Name = "unknown" };
        Shipped.GetSection("Sip:UnknownTrunk").Bind(fromFile);
        TrunkOptions fromCode = new() { Name = "unknown" };
        foreach (PropertyInfo key in typeof(TrunkOptions).GetProperties().Where(k => k.PropertyType.IsValueType || k.PropertyType == typeof(string)))
        {
            Assert.Equal((key.Name, key.GetValue(fromCode)), (key.Name, key.GetValue(fromFile)));
        }

        Assert.Empty(fromFile.Codecs);
    }
}
