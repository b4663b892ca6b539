using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using PhoneBridge.Testing.Bridges;
using PhoneBridge.Testing.Certificates;
using PhoneBridge.Testing.Network;

namespace PhoneBridge.Bridge.FunctionalTests.Trunks;

/// <summary>A bridge starts with each example of docs/trunks.md, and has the trunk.</summary>
public sealed partial class DocumentedTrunksTests : IDisposable
{
    private const string TlsFolder = "/etc/phonebridge/tls";

    private readonly string _folder = Directory.CreateTempSubdirectory("trunks-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_kind_of_trunk_has_its_example() =>
        Assert.Equal(["operator-a", "operator-b", "operator-c", "sbc", "operator-d"], Examples().Select(row => row.Data.Item1));

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task The_bridge_starts_with_the_example(string name, string json)
    {
        using TestAuthority authority = new();
        using X509Certificate2 certificate = authority.Issue("bridge", ["127.0.0.1"]);
        TestAuthority.Write(certificate, Path.Combine(_folder, "fullchain.pem"), Path.Combine(_folder, "privkey.pem"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "operator-ca.pem"), authority.Pem, TestContext.Current.CancellationToken);
        string file = Path.Combine(_folder, "phonebridge.json");
        await File.WriteAllTextAsync(file, json.Replace(TlsFolder, _folder, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        List<string> words = ["--config", file];
        if (json.Contains("\"Tls\": [", StringComparison.Ordinal))
        {
            words.Add($"--Sip:Tls:0={new IPEndPoint(IPAddress.Loopback, FreePorts.TakeBlock(1))}");
        }

        await using BridgeProcess bridge = await BridgeProcess.StartAsync(new BridgeOptions
        {
            Arguments = words,
            Environment = json.Contains("Registration", StringComparison.Ordinal)
                ? new Dictionary<string, string> { ["PHONEBRIDGE_Sip__Trunks__0__Registration__Password"] = "secret" }
                : [],
        });
        Assert.Equal(name, (await bridge.Api.GetAsync($"trunks/{name}")).Required().Body.GetProperty("name").GetString());
    }

    /// <summary>The examples of the page that are configurations, by the name of their trunk.</summary>
    public static TheoryData<string, string> Examples()
    {
        TheoryData<string, string> data = [];
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "trunks.md"));
        foreach (string json in JsonBlock().Matches(page).Select(match => match.Groups[1].Value))
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.TryGetProperty("Sip", out JsonElement sip))
            {
                data.Add(sip.GetProperty("Trunks")[0].GetProperty("Name").GetString()!, json);
            }
        }

        return data;
    }

    [GeneratedRegex("```json\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
