using System.Runtime.Versioning;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PhoneBridge.Bridge.Storage;
using PhoneBridge.Bridge.Tests.CallRecords;
using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Tests.Storage;

[SupportedOSPlatform("linux")]
public sealed class BridgeStorageTests : IDisposable
{
    private readonly DataFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Task<StorageException> RefusesAsync() => Assert.ThrowsAsync<StorageException>(_folder.OpenAsync);

    [Fact]
    public async Task Everything_made_at_the_first_start_is_for_its_owner_alone()
    {
        await using BridgeStorage storage = await _folder.OpenAsync();
        await storage.Rooms.AddAsync(DataFolder.NewRoom(), TestContext.Current.CancellationToken);
        UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(ownerOnly, File.GetUnixFileMode(_folder.Secrets));
        Assert.Equal(ownerOnly, File.GetUnixFileMode(_folder.Database));
        Assert.Equal(ownerOnly, File.GetUnixFileMode(_folder.Database + "-wal"));
    }

    [Fact]
    public void The_migrations_lead_to_the_tables_that_the_program_uses()
    {
        using BridgeDbContext database = new BridgeDbContextFactory().CreateDbContext([]);
        Assert.False(database.Database.HasPendingModelChanges());
    }

    [Fact]
    public async Task A_database_from_before_the_records_of_calls_gets_their_table_and_keeps_its_rooms()
    {
        Room room = DataFolder.NewRoom();
        await using (BridgeStorage storage = await _folder.OpenAsync())
        {
            await storage.Rooms.AddAsync(room, TestContext.Current.CancellationToken);
        }

        _folder.Execute("DROP TABLE calls; DELETE FROM __EFMigrationsHistory WHERE MigrationId LIKE '%_CallRecords' OR MigrationId LIKE '%_CallAskedBy'");
        await using BridgeStorage later = await _folder.OpenAsync();
        await later.Calls.PutAsync([SampleCalls.Arrived()]);
        Assert.NotNull(later.Rooms.Find(room.Id));
    }

    [Fact]
    public async Task A_folder_that_is_made_may_be_entered_by_its_owner_alone()
    {
        string inner = Path.Combine(_folder.Path, "data");
        await using BridgeStorage storage = await BridgeStorage.OpenAsync(inner, DataFolder.Timeout, TimeSpan.FromDays(365));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(inner));
    }

    [Fact]
    public async Task The_secrets_are_the_same_at_the_next_start()
    {
        byte[] first;
        await using (BridgeStorage storage = await _folder.OpenAsync())
        {
            first = storage.Secrets.Fingerprint();
        }

        await using BridgeStorage again = await _folder.OpenAsync();
        Assert.Equal(first, again.Secrets.Fingerprint());
        Assert.Equal("***", again.Secrets.ToString());
    }

    [Fact]
    public async Task A_database_with_other_secrets_is_refused_with_a_clear_word()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        File.Delete(_folder.Secrets);
        Assert.Contains("secrets file", (await RefusesAsync()).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Secrets), "new keys were drawn for an old database");

        SecretsFile.LoadOrCreate(_folder.Secrets);
        Assert.Contains("belongs to other secrets", (await RefusesAsync()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("{\"version\":1,\"pinDigestKey\":\"AAAA\"}")]
    [InlineData("{\"version\":2}")]
    [InlineData("not json at all: hunter2")]
    public async Task A_damaged_secrets_file_is_refused_and_not_quoted(string content)
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        await File.WriteAllTextAsync(_folder.Secrets, content, TestContext.Current.CancellationToken);
        StorageException refusal = await RefusesAsync();
        Assert.Contains("damaged", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_that_others_may_read_are_refused()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        File.SetUnixFileMode(_folder.Secrets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", (await RefusesAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_bridges_cannot_use_one_folder()
    {
        await using (await _folder.OpenAsync())
        {
            Assert.Contains("in use", (await RefusesAsync()).Message, StringComparison.Ordinal);
        }

        await (await _folder.OpenAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_migration_that_died_in_the_middle_does_not_stop_the_next_start()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        _folder.Execute("INSERT INTO \"__EFMigrationsLock\" VALUES (1, '2026-03-02')");
        Task<BridgeStorage> opening = _folder.OpenAsync();
        await (await opening.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)).DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await (await _folder.OpenAsync()).DisposeAsync();
        await File.WriteAllTextAsync(_folder.Database, new string('x', 5000), TestContext.Current.CancellationToken);
        Assert.Contains("cannot be used", (await RefusesAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Req", "T20")]
    public async Task No_file_of_the_folder_holds_a_pin_or_an_api_key_in_clear()
    {
        List<string> secrets = [];
        await using (BridgeStorage storage = await _folder.OpenAsync())
        {
            for (int i = 0; i < 20; i++)
            {
                Room room = DataFolder.NewRoom($"Salle {i}");
                await storage.Rooms.AddAsync(room, TestContext.Current.CancellationToken);
                secrets.AddRange([DataFolder.Keys(room.ParticipantPin), room.ModeratorPin.ToGroups(), DataFolder.Keys(room.ModeratorPin)]);
            }

            secrets.Add((await storage.ApiKeys.CreateAsync("desk", DataFolder.Wall)).Reveal());
            AssertNoneIn(Directory.GetFiles(_folder.Path), secrets);
        }

        AssertNoneIn(Directory.GetFiles(_folder.Path), secrets);
    }

    private static void AssertNoneIn(string[] files, List<string> secrets)
    {
        Assert.True(files.Length >= 2);
        foreach (string path in files.Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            Assert.All(secrets, secret => Assert.True(content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret)) < 0, $"in clear in {path}"));
        }
    }
}
