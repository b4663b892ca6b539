using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace PhoneBridge.Bridge.Storage;

/// <summary>The only one who writes to the database: takes what has gathered, commits it together, then tells each writer.</summary>
/// <remarks>
/// Nothing waits for others to gather: while one commit is on its way to the disk the next batch grows, so a write waits for
/// two commits at most. A job that fails is taken back alone, by its savepoint. Any thread may hand in jobs.
/// </remarks>
internal sealed class DatabaseWriter : IAsyncDisposable
{
    /// <summary>Jobs that may wait; more are refused, for then the disk has stood still for long.</summary>
    private const int Capacity = 20_000;

    private const int LargestBatch = 512;
    private readonly Channel<Job> _jobs = Channel.CreateBounded<Job>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly BridgeDbContext _database;
    private readonly Task _loop;

    /// <param name="database">Given over: used by the writer alone from here on, and disposed with it.</param>
    internal DatabaseWriter(BridgeDbContext database)
    {
        _database = database;
        _database.Database.AutoSavepointsEnabled = false;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Writes in a transaction; the task ends when it is on disk.</summary>
    /// <param name="write">Runs on the writer; sees what earlier jobs wrote. Its changes are saved for it.</param>
    /// <param name="onKept">Runs on the writer after the commit and before the task ends, in the order of the jobs: for caches.</param>
    /// <exception cref="StorageException">It could not be kept.</exception>
    internal Task<T> WriteAsync<T>(Func<BridgeDbContext, T> write, Action<T>? onKept = null)
    {
        Job<T> job = new(write, onKept);
        return _jobs.Writer.TryWrite(job)
            ? job.Done
            : Task.FromException<T>(new StorageException("The database does not keep up, or is closed: nothing more can be written."));
    }

    /// <summary>Writes what was handed in already, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        await _database.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        List<Job> batch = [];
        while (await _jobs.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            while (batch.Count < LargestBatch && _jobs.Reader.TryRead(out Job? job))
            {
                batch.Add(job);
            }

            WriteTogether(batch);
        }
    }

    private void WriteTogether(List<Job> batch)
    {
        try
        {
            using IDbContextTransaction transaction = _database.Database.BeginTransaction();
            foreach (Job job in batch)
            {
                WriteOne(job, transaction);
            }

            transaction.Commit();
        }
#pragma warning disable CA1031 // Whatever went wrong belongs to those who asked; the writer must live on for the next batch.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            batch.ForEach(job => job.Fail(fault));
        }

        _database.ChangeTracker.Clear();
        batch.ForEach(job => job.Finish());
    }

    private void WriteOne(Job job, IDbContextTransaction transaction)
    {
        const string Savepoint = "job";
        transaction.CreateSavepoint(Savepoint);
        try
        {
            job.Write(_database);
            _database.SaveChanges();
            transaction.ReleaseSavepoint(Savepoint);
        }
#pragma warning disable CA1031 // One job's fault must not take its neighbours down.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            job.Fail(fault);
            transaction.RollbackToSavepoint(Savepoint);
        }

        _database.ChangeTracker.Clear();
    }

    /// <summary>One write, its result unknown to the batch.</summary>
    private abstract class Job
    {
        internal abstract void Write(BridgeDbContext database);

        internal abstract void Fail(Exception fault);

        internal abstract void Finish();
    }

    private sealed class Job<T>(Func<BridgeDbContext, T> write, Action<T>? onKept) : Job
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _fault;
        private T _result = default!;

        internal Task<T> Done => _done.Task;

        internal override void Write(BridgeDbContext database) => _result = write(database);

        internal override void Fail(Exception fault) => _fault ??= fault;

        internal override void Finish()
        {
            if (_fault is not null)
            {
                _done.SetException(new StorageException("The database did not take a write.", _fault));
                return;
            }

            onKept?.Invoke(_result);
            _done.SetResult(_result);
        }
    }
}
