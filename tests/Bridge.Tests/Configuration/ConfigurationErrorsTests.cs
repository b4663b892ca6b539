using Microsoft.Extensions.Configuration;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Tests.Configuration;

public sealed class ConfigurationErrorsTests
{
    [Fact]
    public void The_shipped_settings_have_no_errors() => Assert.Empty(Find());

    [Fact]
    public void Without_any_settings_the_defaults_of_the_classes_are_valid() =>
        Assert.Empty(ConfigurationErrors.Find(new ConfigurationBuilder().Build()));

    [Fact]
    public void All_errors_of_all_sections_are_named_at_once()
    {
        IReadOnlyList<string> errors = Find(
            "--Sip:Udpp=1", "--Media:FirstPort=abc", "--Media:LastPort=30", "--Ivr:Tries=9", "--Foo:Bar=1", "--Api:Listen=ftp://host");
        Assert.Collection(
            errors,
            e => Assert.StartsWith("Foo: is not a known section", e, StringComparison.Ordinal),
            e => Assert.StartsWith("Sip:Udpp: is not a known key", e, StringComparison.Ordinal),
            e => Assert.Equal("Media:FirstPort: 'abc' is not a whole number.", e),
            e => Assert.Equal("Media:LastPort: must be between 1025 and 65535.", e),
            e => Assert.StartsWith("Media:FirstPort, LastPort: ", e, StringComparison.Ordinal),
            e => Assert.Equal("Ivr:Tries: must be between 1 and 5.", e),
            e => Assert.StartsWith("Api:Listen: 'ftp://host' is not", e, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Req", "REG")]
    public void A_registration_is_judged_whole_and_its_password_never_shown()
    {
        const string Where = "--Sip:Trunks:0:Registration";
        IReadOnlyList<string> errors = Find(
            "--Sip:Trunks:0:Name=a", $"{Where}:Registrar=sip:host", $"{Where}:Domain=a b", $"{Where}:User=a@b", $"{Where}:Password=top\tsecret",
            $"{Where}:Expires=00:00:10", $"{Where}:Transport=Tcp", "--Sip:Tcp:0=", "--Sip:UnknownTrunk:Registration:User=x");
        string[] keys = ["Registrar", "Domain", "User", "Password", "Expires", "Transport"];
        Assert.All(keys, key => Assert.Single(errors, error => error.StartsWith($"Sip:Trunks:0:Registration:{key}: ", StringComparison.Ordinal)));
        Assert.Contains(errors, error => error.StartsWith("Sip:UnknownTrunk:Registration: must be absent", StringComparison.Ordinal));
        Assert.DoesNotContain(errors, error => error.Contains("secret", StringComparison.Ordinal));

        errors = Find("--Sip:Trunks:0:Name=a", $"{Where}:Expires=01:00:00");
        Assert.Equal(3, errors.Count(error => error.EndsWith("required.", StringComparison.Ordinal)));
        Assert.Empty(Find("--Sip:Trunks:0:Name=a", $"{Where}:Registrar=sip.example.net", $"{Where}:User=0033123456789", $"{Where}:Password=p"));
    }

    [Fact]
    [Trait("Req", "TRA5")]
    [Trait("Req", "TRA6")]
    public void Peers_second_places_and_name_servers_are_judged_with_the_rest()
    {
        const string Where = "--Sip:Trunks:0";
        IReadOnlyList<string> errors = Find(
            $"{Where}:Name=a", $"{Where}:Peer:Address=sip:host", $"{Where}:Peer:Transport=Tcp", $"{Where}:Peer:OptionsInterval=00:00:00.5", "--Sip:Tcp:0=",
            $"{Where}:Sources:0=no name", $"{Where}:Sources:1=192.0.2.300", $"{Where}:Registration:Registrar=a.example", $"{Where}:Registration:User=u",
            $"{Where}:Registration:Password=p", $"{Where}:Registration:Backup=b:0", $"{Where}:Registration:OutboundProxy=[x]",
            "--Sip:UnknownTrunk:Peer:Address=a.example", "--Sip:Dns:Servers:0=dns.example", "--Sip:Dns:Timeout=00:01:00");
        string[] keys =
        [
            "Trunks:0:Peer:Address", "Trunks:0:Peer:Transport", "Trunks:0:Peer:OptionsInterval", "Trunks:0:Sources:0", "Trunks:0:Sources:1",
            "Trunks:0:Registration:Backup", "Trunks:0:Registration:OutboundProxy", "UnknownTrunk:Peer", "Dns:Servers:0", "Dns:Timeout",
        ];
        Assert.All(keys, key => Assert.Single(errors, error => error.StartsWith($"Sip:{key}: ", StringComparison.Ordinal)));
        Assert.Equal(keys.Length, errors.Count);
        Assert.Empty(Find(
            $"{Where}:Name=a", $"{Where}:Peer:Address=sip.example.net", $"{Where}:Peer:OptionsInterval=00:00:00", $"{Where}:Sources:0=sip.example.net",
            "--Sip:Dns:Servers:0=192.0.2.53", "--Sip:Dns:Servers:1=[2001:db8::53]:5353"));
    }

    [Fact]
    public void A_value_that_a_blank_parted_from_its_key_is_not_shown()
    {
        ConfigurationException refused = Assert.Throws<ConfigurationException>(() => Find("--Sip:Trunks:0:Registration:Password", "top-secret"));
        Assert.Equal(
            ["--Sip:Trunks:0:Registration:Password: write options as --Section:Key=value.", "word 2 of the command line: write options as --Section:Key=value."],
            refused.Errors);
    }

    [Theory]
    [InlineData("--Sip:Udp:0=5060", "Sip:Udp:0: ")]
    [InlineData("--Sip:Udp:0=localhost:5060", "Sip:Udp:0: ")]
    [InlineData("--Sip:Udp:0=1.2.3.4", "Sip:Udp:0: ")]
    [InlineData("--Sip:Udp=1.2.3.4:5060", "Sip:Udp: takes a list")]
    [InlineData("--Sip:Udp:first=1.2.3.4:5060", "Sip:Udp:first: entries of a list are numbered")]
    [InlineData("--Sip:Udp:1=0.0.0.0:5060", "Sip:Udp: '0.0.0.0:5060' is listed twice")]
    [InlineData("--Sip:PublicAddress=example.org", "Sip:PublicAddress: ")]
    [InlineData("--Sip:AcceptUnknownSources=perhaps", "Sip:AcceptUnknownSources: 'perhaps' is not true or false.")]
    [InlineData("--Sip:MaxCalls:Low=1", "Sip:MaxCalls: takes one value")]
    [InlineData("--Sip:Strangers=Maybe", "Sip:Strangers: 'Maybe' is not one of Silent, Refuse.")]
    [InlineData("--Sip:Bans:Attempts=-1", "Sip:Bans:Attempts: must be between")]
    [InlineData("--Sip:Bans:Attempts=0", null)]
    [InlineData("--Sip:Bans:Time=00:00:00", "Sip:Bans:Time: must be between")]
    [InlineData("--Sip:Overload:QueueDelay=00:02:00", "Sip:Overload:QueueDelay: must be between")]
    [InlineData("--Sip:UnknownTrunk:Burst=0", "Sip:UnknownTrunk:Burst: must be between")]
    [InlineData("--Sip:UnknownTrunk:CallsPerSecond=0", null)]
    [InlineData("--Sip=5060", "Sip: holds keys of its own")]
    [InlineData("--Sip:UnknownTrunk:Sources:0=10.0.0.0/8", "Sip:UnknownTrunk:Sources: must be empty")]
    [InlineData("--Sip:UnknownTrunk:Country=FR", "Sip:UnknownTrunk:Country: takes a country calling code")]
    [InlineData("--Sip:UnknownTrunk:Numbers:0:Number=0123456789", "Sip:UnknownTrunk:Numbers:0:Number: takes a number such as")]
    [InlineData("--Sip:UnknownTrunk:Kountry=33", "Sip:UnknownTrunk:Kountry: is not a known key")]
    [InlineData("--Storage:CallRecordDays=0", "Storage:CallRecordDays: must be between 1 and 3650.")]
    [InlineData("--Storage:CallRecordDays=1", null)]
    [InlineData("--Media:PublicAddress=x", "Media:PublicAddress: ")]
    [InlineData("--Media:SilenceBeforeEnd=00:00:20", "Media:SilenceBeforeEnd: must be longer than SilenceBeforeProbe")]
    [InlineData("--Media:PortRest=soon", "Media:PortRest: 'soon' is not a time in the form hh:mm:ss.")]
    [InlineData("--Media:Talkers=17", "Media:Talkers: must be between 1 and 16.")]
    [InlineData("--Media:Talkers=16", null)]
    [InlineData("--Media:LevelTalkers=loud", "Media:LevelTalkers: 'loud' is not true or false.")]
    [InlineData("--Media:Opus=48000", "Media:Opus: holds keys of its own")]
    [InlineData("--Media:Opus:Rate=48000", "Media:Opus:Rate: is not a known key")]
    [InlineData("--Media:Opus:SampleRateHz=44100", "Media:Opus:SampleRateHz: takes 8000, 16000 or 48000.")]
    [InlineData("--Media:Opus:SampleRateHz=16000", null)]
    [InlineData("--Media:Opus:Complexity=11", "Media:Opus:Complexity: must be between 0 and 10.")]
    [InlineData("--Media:Opus:BitrateBps=5999", "Media:Opus:BitrateBps: must be between 6000 and 128000.")]
    [InlineData("--Media:Opus:ExpectedLossPercent=101", "Media:Opus:ExpectedLossPercent: must be between 0 and 100.")]
    [InlineData("--Sip:UnknownTrunk:Codecs:0=g729", "Sip:UnknownTrunk:Codecs:0: 'g729' is not one of Pcma, Pcmu, G722, Opus.")]
    [InlineData("--Sip:UnknownTrunk:Codecs=g722", "Sip:UnknownTrunk:Codecs: takes a list")]
    [InlineData("--Sip:UnknownTrunk:Codecs:0=opus", null)]
    [InlineData("--Sip:UnknownTrunk:KeysInAudio=perhaps", "Sip:UnknownTrunk:KeysInAudio: 'perhaps' is not one of Auto, Always, Never.")]
    [InlineData("--Sip:UnknownTrunk:NoiseSuppression=true", null)]
    [InlineData("--Sip:UnknownTrunk:EndsOnFaxTone=7", "Sip:UnknownTrunk:EndsOnFaxTone: '7' is not true or false.")]
    [InlineData("--Sip:UnknownTrunk:SessionInterval=00:01:29", "Sip:UnknownTrunk:SessionInterval: takes 00:00:00, or 00:01:30 at least")]
    [InlineData("--Sip:UnknownTrunk:SessionInterval=00:01:30", null)]
    [InlineData("--Sip:UnknownTrunk:SessionInterval=00:00:00", null)]
    [InlineData("--Sip:UnknownTrunk:SessionInterval=-00:30:00", "Sip:UnknownTrunk:SessionInterval: must be between")]
    [InlineData("--Sip:UnknownTrunk:SessionInterval=1800", "Sip:UnknownTrunk:SessionInterval: must be between")] // read as 1800 days
    [InlineData("--Ivr:DefaultLanguage=de", "Ivr:DefaultLanguage: takes fr or en.")]
    [InlineData("--Ivr:InterKeyTimeout=12", "Ivr:InterKeyTimeout: must be between")] // read as 12 days
    [InlineData("--Ivr:TryTimeout=00:00:11", "Ivr:TryTimeout: must not be shorter than FirstKeyTimeout")]
    [InlineData("--Ivr:EntryTimeout=00:00:40", "Ivr:EntryTimeout: must not be shorter than TryTimeout")]
    [InlineData("--Ivr:TryTimeout=00:00:12", null)]
    [InlineData("--Sip:UnknownTrunk:Srtp:Use=Sometimes", "Sip:UnknownTrunk:Srtp:Use: 'Sometimes' is not one of None, Optional, Required.")]
    [InlineData("--Sip:UnknownTrunk:Srtp:Use=None --Sip:UnknownTrunk:Srtp:Optimistic=true", "Sip:UnknownTrunk:Srtp:Use: is None")]
    [InlineData("--Rooms:MaxRooms=0", "Rooms:MaxRooms: must be between")]
    [InlineData("--Api:Listen=http://example.org:80", "Api:Listen: ")]
    [InlineData("--Api:Listen=https://127.0.0.1:80", "Api:Listen: ")]
    [InlineData("--Storage:Folder=", "Storage:Folder: is required.")]
    [InlineData("--Telemetry:LogFormat=Xml", "Telemetry:LogFormat: 'Xml' is not one of Text, Json.")]
    [InlineData("--Telemetry:LogLevel=42", "Telemetry:LogLevel: '42' is not one of")]
    public void One_slip_gives_one_error_that_starts_with_its_key(string argument, string? expected)
    {
        IReadOnlyList<string> errors = Find(argument.Split(' '));
        if (expected is null)
        {
            Assert.Empty(errors);
        }
        else
        {
            Assert.StartsWith(expected, Assert.Single(errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_trunk_needs_a_name_of_its_own_and_sources()
    {
        IReadOnlyList<string> errors = Find(
            "--Sip:Trunks:0:Name=a", "--Sip:Trunks:0:Sources:0=192.0.2.0/33",
            "--Sip:Trunks:1:Name=a", "--Sip:Trunks:1:Sources:0=2001:db8::/32",
            "--Sip:Trunks:2:Name=unknown");
        Assert.Collection(
            errors,
            e => Assert.StartsWith("Sip:Trunks:0:Sources:0: '192.0.2.0/33' is neither", e, StringComparison.Ordinal),
            e => Assert.Equal("Sip:Trunks:1:Name: 'a' is used twice.", e),
            e => Assert.Equal("Sip:Trunks:2:Name: 'unknown' is used twice.", e),
            e => Assert.StartsWith("Sip:Trunks:2:Sources: names no address", e, StringComparison.Ordinal));
    }

    [Fact]
    public void A_codec_that_is_listed_twice_is_named_with_its_trunk() => Assert.Equal(
        ["Sip:UnknownTrunk:Codecs: G722 is listed twice.", "Sip:Trunks:0:Codecs: Pcma is listed twice."],
        Find(
            "--Sip:UnknownTrunk:Codecs:0=g722", "--Sip:UnknownTrunk:Codecs:1=G722",
            "--Sip:Trunks:0:Name=a", "--Sip:Trunks:0:Sources:0=192.0.2.1", "--Sip:Trunks:0:Codecs:0=pcma", "--Sip:Trunks:0:Codecs:1=pcmu", "--Sip:Trunks:0:Codecs:2=pcma"));

    [Theory]
    [InlineData("Sip:MaxCalls=3")]
    [InlineData("--Sip:MaxCalls")]
    [InlineData("--=3")]
    public async Task A_command_line_that_cannot_be_read_is_refused(string argument)
    {
        ConfigurationException e = await Assert.ThrowsAsync<ConfigurationException>(() => BridgeHost.CreateAsync([argument]));
        Assert.StartsWith(argument.Split('=')[0] + ": ", Assert.Single(e.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_no_json_is_refused_in_plain_words()
    {
        string missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Contains("there is no such file", Assert.Single((await Assert.ThrowsAsync<ConfigurationException>(() => BridgeHost.CreateAsync(["--config", missing]))).Errors), StringComparison.Ordinal);
        await File.WriteAllTextAsync(missing, "{ \"Sip\": ", TestContext.Current.CancellationToken);
        try
        {
            Assert.StartsWith(missing, Assert.Single((await Assert.ThrowsAsync<ConfigurationException>(() => BridgeHost.CreateAsync(["--config", missing]))).Errors), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(missing);
        }
    }

    private static IReadOnlyList<string> Find(params string[] args)
    {
        ConfigurationManager configuration = new();
        BridgeConfiguration.AddSources(configuration, args);
        return ConfigurationErrors.Find(configuration);
    }
}
