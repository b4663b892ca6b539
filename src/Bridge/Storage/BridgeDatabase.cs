using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace PhoneBridge.Bridge.Storage;

/// <summary>The SQLite file: opens it, brings its tables up to date, proves that it belongs to the secrets, gives readers and the writer.</summary>
/// <remarks>WAL with <c>synchronous=FULL</c>: what a finished task reports is on the disk, past the death of the power.</remarks>
internal sealed class BridgeDatabase : IAsyncDisposable
{
    /// <summary>Name in the data folder.</summary>
    internal const string FileName = "bridge.db";

    private readonly DbContextOptions<BridgeDbContext> _readOptions;
    private readonly SqliteConnection _connection;

    private BridgeDatabase(SqliteConnection connection, DatabaseWriter writer, DbContextOptions<BridgeDbContext> readOptions)
    {
        (_connection, Writer, _readOptions) = (connection, writer, readOptions);
    }

    /// <summary>For everything that changes a row.</summary>
    internal DatabaseWriter Writer { get; }

    /// <summary>Opens the file, making it when there is none. The caller holds the data folder for itself alone.</summary>
    /// <exception cref="StorageException">It belongs to other secrets, or is damaged.</exception>
    internal static BridgeDatabase Open(string path, BridgeSecrets secrets, TimeSpan timeout)
    {
        if (!File.Exists(path))
        {
            DurableFile.Write(path, []);            // SQLite takes an empty file for a new database, and keeps its rights
        }

        SqliteConnection connection = new(ConnectionString(path, timeout));
        BridgeDbContext? database = null;
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL");

            // The folder is ours alone, so a migration's lock found here is that of a process that died in the middle.
            Execute(connection, "DROP TABLE IF EXISTS \"__EFMigrationsLock\"");
            database = new BridgeDbContext(new DbContextOptionsBuilder<BridgeDbContext>().UseSqlite(connection).Options);
            database.Database.Migrate();
            CheckIdentity(database, secrets);
        }
        catch (Exception e)
        {
            database?.Dispose();
            connection.Dispose();
            if (e is SqliteException)
            {
                throw new StorageException($"The database {path} cannot be used: {e.Message}", e);
            }

            throw;
        }

        DbContextOptionsBuilder<BridgeDbContext> readers = new();
        readers.UseSqlite(ConnectionString(path, timeout)).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);
        return new BridgeDatabase(connection, new DatabaseWriter(database), readers.Options);
    }

    /// <summary>A context to read with. Any thread; dispose it after use.</summary>
    internal BridgeDbContext Read() => new(_readOptions);

    /// <summary>Writes what was handed in, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private static string ConnectionString(string path, TimeSpan timeout) => new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,

        // Readers are rare (lists for the API), and a pool would keep the file open after the bridge has closed it.
        Pooling = false,
        DefaultTimeout = (int)Math.Ceiling(timeout.TotalSeconds),
    }.ToString();

    private static void CheckIdentity(BridgeDbContext database, BridgeSecrets secrets)
    {
        IdentityRow? identity = database.Identity.SingleOrDefault();
        if (identity is null)
        {
            database.Identity.Add(new IdentityRow { Id = 1, Fingerprint = secrets.Fingerprint() });
            database.SaveChanges();
            database.ChangeTracker.Clear();
        }
        else if (!CryptographicOperations.FixedTimeEquals(identity.Fingerprint, secrets.Fingerprint()))
        {
            throw new StorageException(
                "The database belongs to other secrets: its PINs and API keys cannot be read with this secrets file. "
                + "Put back the secrets file that was made with it, or move the database away to begin anew.");
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
