using System.Threading.Channels;

namespace PhoneBridge.Bridge.Conference;

/// <summary>One follower of meetings. Dispose to stop following.</summary>
/// <remarks>
/// A follower that does not read fast enough is cut off: <see cref="Updates"/> ends, and it may subscribe again and begin with
/// snapshots. So nobody slow can make the bridge keep events without end.
/// </remarks>
public sealed class MeetingSubscription : IDisposable
{
    /// <summary>Updates that may wait for a slow reader.</summary>
    public const int Capacity = 4096;

    private readonly Channel<MeetingUpdate> _channel = Channel.CreateBounded<MeetingUpdate>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Action<MeetingSubscription> _onDispose;

    internal MeetingSubscription(Action<MeetingSubscription> onDispose) => _onDispose = onDispose;

    /// <summary>What happened, in order. Ends when the follower fell behind or the bridge stops.</summary>
    public ChannelReader<MeetingUpdate> Updates => _channel.Reader;

    /// <summary>Nobody reads any more.</summary>
    internal bool IsDisposed { get; private set; }

    /// <summary>Stops following. Any thread; twice does nothing.</summary>
    public void Dispose()
    {
        IsDisposed = true;
        _channel.Writer.TryComplete();
        _onDispose(this);
    }

    /// <returns>False when the reader has fallen behind and was cut off.</returns>
    internal bool Offer(MeetingUpdate update)
    {
        if (_channel.Writer.TryWrite(update))
        {
            return true;
        }

        _channel.Writer.TryComplete();
        return false;
    }
}
