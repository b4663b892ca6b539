using System.IO.Pipelines;
using PhoneBridge.Sip.Transport;

namespace PhoneBridge.Sip.Tests.Transport;

/// <summary>A place at the gate is held while computing, not while waiting for the peer.</summary>
[Trait("Req", "TRA3")]
public sealed class HandshakeGateTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_for_its_peer_keeps_nobody_out_and_comes_back_in_turn()
    {
        HandshakeGate gate = new(places: 1);
        Pipe pipe = new();
        await using GatedStream waiting = new(pipe.Reader.AsStream(), gate);
        await using GatedStream computing = new(Stream.Null, gate);
        await waiting.EnterAsync(Cancellation);
        Task<int> read = waiting.ReadAsync(new byte[10], Cancellation).AsTask();

        await computing.EnterAsync(Cancellation);               // there is one place, and the reader is not in it
        await pipe.Writer.WriteAsync(new byte[3], Cancellation);
        await Task.Yield();
        Assert.False(read.IsCompleted);                         // it has its bytes, and must wait for the place
        computing.Finish();
        Assert.Equal(3, await read);

        Task third = gate.EnterAsync(Cancellation);
        Assert.False(third.IsCompleted);
        waiting.Finish();
        await third;
    }

    [Fact]
    public async Task A_failed_read_leaves_the_place_free_and_after_the_end_nothing_is_held()
    {
        HandshakeGate gate = new(places: 1);
        Pipe pipe = new();
        await using GatedStream stream = new(pipe.Reader.AsStream(), gate);
        await stream.EnterAsync(Cancellation);
        await pipe.Writer.CompleteAsync(new IOException("gone"));
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Cancellation).AsTask());
        stream.Finish();
        await gate.EnterAsync(Cancellation);
        gate.Leave();
        await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1], Cancellation).AsTask());
        await gate.EnterAsync(Cancellation);
    }
}
