using PhoneBridge.Rooms;

namespace PhoneBridge.Bridge.Storage;

/// <summary>Everything that the bridge keeps in its data folder: rooms and PINs, the brake, attendance, records of calls, API keys, and the secrets.</summary>
/// <remarks>One process at a time: the memory mirrors would not see what another writes, so the folder is locked while open.</remarks>
public sealed class BridgeStorage : IAsyncDisposable
{
    private const string LockName = "bridge.lock";

    private readonly FileStream _folderLock;
    private readonly BridgeDatabase _database;
    private readonly RoomStore _rooms;

    private BridgeStorage(FileStream folderLock, BridgeDatabase database, BridgeSecrets secrets, TimeSpan pinRest)
    {
        (_folderLock, _database, Secrets) = (folderLock, database, secrets);
        _rooms = new RoomStore(database, secrets, pinRest);
        Brake = new BrakeJournal(database);
        Attendance = new AttendanceJournal(database);
        Calls = new CallJournal(database);
        DialOuts = new DialOutLedger(database);
        ApiKeys = new ApiKeys(database, secrets);
    }

    /// <summary>Rooms and their PINs.</summary>
    public IRoomStore Rooms => _rooms;

    /// <summary>The journal of the brake on guessed PINs.</summary>
    public BrakeJournal Brake { get; }

    /// <summary>The attendance journal.</summary>
    public AttendanceJournal Attendance { get; }

    /// <summary>The records of calls.</summary>
    internal CallJournal Calls { get; }

    /// <summary>The budgets of calls that the bridge places.</summary>
    internal DialOutLedger DialOuts { get; }

    /// <summary>Keys to the API.</summary>
    public ApiKeys ApiKeys { get; }

    /// <summary>The keys outside the database.</summary>
    public BridgeSecrets Secrets { get; }

    /// <summary>Opens the folder; makes it, the secrets and the database when there are none; applies migrations.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="timeout">Longest wait for the database in one step.</param>
    /// <param name="pinRest">How long a dead PIN is not drawn again.</param>
    /// <exception cref="StorageException">What is there does not fit together, or another bridge uses it; the message says how to repair.</exception>
    public static async Task<BridgeStorage> OpenAsync(string folder, TimeSpan timeout, TimeSpan pinRest)
    {
        DurableFile.CreateFolder(folder);
        FileStream folderLock = Lock(Path.Combine(folder, LockName));
        BridgeDatabase? database = null;
        try
        {
            string secretsPath = Path.Combine(folder, SecretsFile.FileName);
            string databasePath = Path.Combine(folder, BridgeDatabase.FileName);
            if (File.Exists(databasePath) && !File.Exists(secretsPath))
            {
                throw new StorageException(
                    $"The database {databasePath} is there but its secrets file {secretsPath} is not. Put back the secrets file that was made "
                    + "with it, or move the database away to begin anew.");
            }

            BridgeSecrets secrets = SecretsFile.LoadOrCreate(secretsPath);
            database = BridgeDatabase.Open(databasePath, secrets, timeout);
            return new BridgeStorage(folderLock, database, secrets, pinRest);
        }
        catch
        {
            if (database is not null)
            {
                await database.DisposeAsync().ConfigureAwait(false);
            }

            await folderLock.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits until a write would be answered: for the readiness of the host. Throws when it is not.</summary>
    /// <exception cref="StorageException">The database takes no writes.</exception>
    public Task ProbeAsync(CancellationToken cancellation) =>
        _database.Writer.WriteAsync(database => database.Identity.Count()).WaitAsync(cancellation);

    /// <summary>Writes what was handed in, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync().ConfigureAwait(false);
        _rooms.Dispose();
        await _folderLock.DisposeAsync().ConfigureAwait(false);
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StorageException($"The data folder is in use by another bridge (lock {path}), or cannot be written.", e);
        }
    }
}
