using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PhoneBridge.Bridge.Health;
using PhoneBridge.Bridge.Shutdown;
using PhoneBridge.Bridge.Tests.Hosting;
using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Bridge.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Ready_needs_every_required_thing_and_names_each_with_its_reason()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync();
        HealthBoard board = bridge.Get<HealthBoard>();
        foreach (OutsideThing thing in Enum.GetValues<OutsideThing>())
        {
            board.Report(thing, HealthState.Up);
        }

        Assert.Equal((HttpStatusCode.OK, "ready"), await StatusAsync(bridge));
        board.Report(OutsideThing.SpeechEngine, HealthState.Down, "espeak-ng is not installed");
        Assert.Equal((HttpStatusCode.OK, "ready"), await StatusAsync(bridge));
        board.Report(OutsideThing.Database, HealthState.Down, "the disk is full");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready"), await StatusAsync(bridge));

        using HttpResponseMessage response = await bridge.Anonymous.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        using JsonDocument report = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        JsonElement[] things = [.. report.RootElement.GetProperty("things").EnumerateArray()];
        Assert.Equal(Enum.GetValues<OutsideThing>().Length, things.Length);
        JsonElement database = Assert.Single(things, t => t.GetProperty("name").GetString() == "database");
        Assert.Equal(("down", "the disk is full", true), (database.GetProperty("state").GetString(), database.GetProperty("reason").GetString(), database.GetProperty("required").GetBoolean()));
    }

    [Fact]
    public async Task While_draining_the_bridge_is_live_and_not_ready()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync();
        foreach (OutsideThing thing in Enum.GetValues<OutsideThing>())
        {
            bridge.Get<HealthBoard>().Report(thing, HealthState.Up);
        }

        bridge.Get<DrainState>().BeginDraining();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "draining"), await StatusAsync(bridge));
        using HttpResponseMessage live = await bridge.Anonymous.GetAsync("/health/live", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Missing_native_libraries_are_shown_with_what_to_install_and_the_bridge_is_ready()
    {
        await using RunningBridge bridge = await RunningBridge.StartAsync(
            configure: services => services.AddSingleton(new NativeLibraries(HasOpus: false, HasSpeex: false)));
        HealthBoard board = bridge.Get<HealthBoard>();
        HealthEntry[] things = [.. board.Read().Where(e => e.Thing is OutsideThing.OpusLibrary or OutsideThing.SpeexLibrary or OutsideThing.SrtpLibrary)];
        Assert.All(things, e => Assert.Equal((HealthState.Degraded, false), (e.State, e.IsRequired)));
        Assert.Contains("libopus0", things[0].Reason, StringComparison.Ordinal);
        Assert.Contains("libspeexdsp1", things[1].Reason, StringComparison.Ordinal);
        Assert.Contains("libsrtp2-1", things[2].Reason, StringComparison.Ordinal);
        board.Report(OutsideThing.Database, HealthState.Up);
        Assert.Equal((HttpStatusCode.OK, "ready"), await StatusAsync(bridge));
    }

    [Fact]
    public void A_missing_library_is_said_once_in_the_log_and_one_that_is_there_is_up()
    {
        LineLogger lines = new();
        HealthBoard board = new(new FakeTimeProvider(), lines);
        NativeLibraries libraries = new(HasOpus: false, HasSpeex: true) { SrtpSuites = Enum.GetValues<SrtpSuite>() };
        libraries.Report(board);
        libraries.Report(board);
        Assert.StartsWith("OpusLibrary is Degraded: libopus is missing", Assert.Single(lines.Lines, l => l.Level == LogLevel.Warning).Text, StringComparison.Ordinal);
        Assert.Equal(HealthState.Up, board.Read()[(int)OutsideThing.SpeexLibrary].State);
        Assert.Equal(HealthState.Up, board.Read()[(int)OutsideThing.SrtpLibrary].State);
        (libraries with { SrtpSuites = [SrtpSuite.AesCm128HmacSha1Tag80] }).Report(board);
        Assert.Contains("without AES-GCM", board.Read()[(int)OutsideThing.SrtpLibrary].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_is_logged_once_in_the_words_of_the_page_and_keeps_the_time_of_the_change()
    {
        FakeTimeProvider time = new();
        LineLogger lines = new();
        HealthBoard board = new(time, lines);
        time.Advance(TimeSpan.FromMinutes(1));
        board.Report(OutsideThing.Database, HealthState.Down, "the disk is full");
        time.Advance(TimeSpan.FromMinutes(1));
        board.Report(OutsideThing.Database, HealthState.Down, "the disk is full");
        HealthEntry entry = board.Read()[(int)OutsideThing.Database];
        Assert.Equal(("the disk is full", time.GetUtcNow() - TimeSpan.FromMinutes(1)), (entry.Reason, entry.Since));
        Assert.Equal([(LogLevel.Error, "Database is Down: the disk is full")], lines.Lines);
    }

    private static async Task<(HttpStatusCode Status, string? Word)> StatusAsync(RunningBridge bridge)
    {
        using HttpResponseMessage response = await bridge.Anonymous.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, body.RootElement.GetProperty("status").GetString());
    }

    private sealed class LineLogger : ILogger<HealthBoard>
    {
        public List<(LogLevel Level, string Text)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception)));
    }
}
