using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>What becomes of messages from addresses of no trunk, while such calls are not taken.</summary>
public enum Strangers
{
    /// <summary>They are dropped, and connections closed: a scanner finds nothing.</summary>
    Silent,

    /// <summary>Requests get 403, a few a second for each source.</summary>
    Refuse,
}

/// <summary><c>Sip:Bans</c>: when a source that tries numbers or sends rubbish is not heard any more. Trunks are never banned.</summary>
public sealed class BanOptions
{
    /// <summary>Refused or malformed requests within <see cref="Window"/> that get a source banned. 0: nobody is.</summary>
    [Range(0, 1_000_000)]
    public int Attempts { get; set; } = 20;

    /// <summary>How long attempts are counted together.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a ban lasts.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan Time { get; set; } = TimeSpan.FromMinutes(10);
}

/// <summary><c>Sip:Overload</c>: the most that is taken on; new calls beyond it get 503. 0: no limit.</summary>
public sealed class OverloadOptions
{
    /// <summary>Longest wait of work for the SIP loop or the control loop.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan QueueDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Calls that are not answered yet, or whose 200 waits for its ACK.</summary>
    [Range(0, 100_000)]
    public int HalfOpenCalls { get; set; } = 1000;

    /// <summary>New calls in a second, of all trunks.</summary>
    [Range(0, 100_000)]
    public int CallsPerSecond { get; set; } = 200;
}
