using System.Text.Json;

namespace PhoneBridge.Bridge.Tests.Hosting;

/// <summary>What the built program asks of the runtime (docs/adr/0004): a misspelt property would be silent.</summary>
public sealed class RuntimeSettingsTests
{
    [Theory]
    [InlineData("System.GC.Server", false)]
    [InlineData("System.GC.Concurrent", true)]
    [InlineData("System.Runtime.TieredCompilation", false)]
    public void The_program_runs_with_short_pauses_and_without_tiers(string setting, bool value)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "PhoneBridge.Bridge.runtimeconfig.json");
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement properties = file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.Equal(value, properties.GetProperty(setting).GetBoolean());
    }

    [Fact]
    public void The_collector_does_not_wait_until_a_thousand_calls_have_come()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "PhoneBridge.Bridge.runtimeconfig.json");
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement properties = file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.Equal(16 << 20, properties.GetProperty("System.GC.Gen0MaxBudget").GetInt32());
    }
}
