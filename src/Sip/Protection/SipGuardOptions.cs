namespace PhoneBridge.Sip.Protection;

/// <summary>What becomes of messages from addresses of no known peer.</summary>
public enum SipStrangers
{
    /// <summary>They are served, within their limits.</summary>
    Accept,

    /// <summary>They are dropped: nobody learns that we are here.</summary>
    Silent,

    /// <summary>Requests get 403, whatever they ask for.</summary>
    Refuse,
}

/// <summary>Settings of <see cref="SipGuard"/>. Without any everybody is served without limit.</summary>
public sealed record SipGuardOptions
{
    /// <summary>Messages from addresses of no known peer.</summary>
    public SipStrangers Strangers { get; init; }

    /// <summary>New calls that are taken from one source of no known peer in a second; 0: as many as it likes.</summary>
    public int StrangerCallsPerSecond { get; init; }

    /// <summary>New calls that may come from it at once.</summary>
    public int StrangerBurst { get; init; } = 1;

    /// <summary>Refused or malformed requests within <see cref="BanWindow"/> that get a source banned; 0: nobody is.</summary>
    public int BanAttempts { get; init; }

    /// <summary>How long attempts are counted together.</summary>
    public TimeSpan BanWindow { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a ban lasts.</summary>
    public TimeSpan BanTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>When new calls are turned away.</summary>
    public SipOverloadOptions Overload { get; init; } = new();
}

/// <summary>The most that is taken on. Zero each: no limit.</summary>
public sealed record SipOverloadOptions
{
    /// <summary>Longest wait for the loop, or for the application's.</summary>
    public TimeSpan QueueDelay { get; init; }

    /// <summary>Most calls that are not answered, or whose 200 waits for its ACK.</summary>
    public int HalfOpenCalls { get; init; }

    /// <summary>New calls in a second.</summary>
    public int CallsPerSecond { get; init; }

    /// <summary>Most server transactions; beyond it only requests within calls are served.</summary>
    public int Transactions { get; init; }

    /// <summary>Wait for the application's own loop; null when it has none. Any thread.</summary>
    public Func<TimeSpan>? ApplicationDelay { get; init; }
}
