namespace PhoneBridge.Sip.Transport;

/// <summary>Lets only so many TLS handshakes compute at a time, so that a flood of them leaves processors for the calls.</summary>
/// <remarks>
/// A handshake holds its place while it computes, never while it waits for its peer: peers that stand still in mid-handshake
/// keep nobody out. Any thread.
/// </remarks>
#pragma warning disable CA1001 // The semaphore has nothing to free as long as nobody asks for its wait handle.
internal sealed class HandshakeGate(int places)
#pragma warning restore CA1001
{
    private readonly SemaphoreSlim _free = new(places, places);

    /// <summary>Waits for a place.</summary>
    public Task EnterAsync(CancellationToken cancellation) => _free.WaitAsync(cancellation);

    /// <summary>Gives the place back.</summary>
    public void Leave() => _free.Release();
}

/// <summary>The stream below a handshake: leaves the gate for each read and write, and comes back after it.</summary>
/// <remarks>Until <see cref="Finish"/> one operation at a time, as a handshake does; from then on it only passes on.</remarks>
internal sealed class GatedStream(Stream inner, HandshakeGate gate) : Stream
{
    private bool _isInside;
    private bool _isFinished;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Waits for a place at the gate. Before the handshake.</summary>
    public async Task EnterAsync(CancellationToken cancellation)
    {
        await gate.EnterAsync(cancellation).ConfigureAwait(false);
        _isInside = true;
    }

    /// <summary>The handshake is over, or has failed.</summary>
    public void Finish()
    {
        _isFinished = true;
        Leave();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isFinished)
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        Leave();
        int count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isFinished)
        {
            await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
            return;
        }

        Leave();
        await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await EnterAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Leave()
    {
        if (_isInside)
        {
            _isInside = false;
            gate.Leave();
        }
    }
}
