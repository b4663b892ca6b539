namespace PhoneBridge.Sip.Transactions;

/// <summary>The base timers of RFC 3261 §17.1.1.1 and what follows from them (RFC 3261 table 4, RFC 6026 §7.1).</summary>
public sealed record SipTimers
{
    /// <summary>The values of the RFC: T1 500 ms, T2 4 s, T4 5 s.</summary>
    public static SipTimers Default { get; } = new();

    /// <summary>Estimate of the round trip; first retransmission interval.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest interval between retransmissions of non-INVITE requests and of answers to INVITE.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Longest time that a message stays in the network.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>64·T1: timers B, F, H, J, L and M, and how long a 2xx waits for its ACK (32 s).</summary>
    public TimeSpan GiveUp => T1 * 64;

    /// <summary>Timer D on an unreliable transport: at least 32 s, whatever T1 is.</summary>
    public TimeSpan TimerD => GiveUp > TimeSpan.FromSeconds(32) ? GiveUp : TimeSpan.FromSeconds(32);

    /// <summary>The interval that follows <paramref name="interval"/> when it doubles up to T2.</summary>
    internal TimeSpan DoubledToT2(TimeSpan interval) => interval * 2 < T2 ? interval * 2 : T2;
}
