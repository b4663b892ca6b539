using PhoneBridge.Testing.Bridges;

namespace PhoneBridge.Benchmarks.Load;

/// <summary>One room of a load: its phones, and when its talkers sent their markers. All its phones live on one loop, which alone writes here.</summary>
/// <param name="number">Its number.</param>
/// <param name="talkers">How many talk.</param>
/// <param name="api">The room as the API knows it.</param>
internal sealed class LoadRoom(int number, int talkers, BridgeRoom api)
{
    // Beyond, what is heard cannot be told from an echo of something else; the talkers' markers are further apart.
    private static readonly TimeSpan LongestLatency = TimeSpan.FromMilliseconds(400);

    private readonly TimeSpan[] _sentAt = new TimeSpan[Math.Max(talkers, 1)];
    private readonly TimeSpan[] _dueAt = new TimeSpan[Math.Max(talkers, 1)];

    /// <summary>Its number.</summary>
    public int Number => number;

    /// <summary>The room as the API knows it.</summary>
    public BridgeRoom Api => api;

    /// <summary>Its phones, in the order of their calls.</summary>
    public List<LoadPhone> Phones { get; } = [];

    /// <summary>Frame of a talker's voice at a frame of the clock: talkers of a room, and rooms among each other, take turns with their markers.</summary>
    public long VoiceFrame(long clockFrame, int talker) =>
        clockFrame + (number * 7) + (talker * (LoadVoice.Frames / _sentAt.Length));

    /// <summary>A talker has sent a marker.</summary>
    /// <param name="talker">Its number.</param>
    /// <param name="sentAt">When.</param>
    /// <param name="dueAt">When it would have been sent without jitter.</param>
    public void NoteMarker(int talker, TimeSpan sentAt, TimeSpan dueAt) => (_sentAt[talker], _dueAt[talker]) = (sentAt, dueAt);

    /// <summary>Whose marker it must be that arrives somewhere now: the one sent last.</summary>
    /// <returns>False when none was sent lately.</returns>
    public bool TryFindMarker(TimeSpan arrival, out int talker, out TimeSpan sentAt, out TimeSpan dueAt)
    {
        talker = -1;
        sentAt = dueAt = default;
        for (int i = 0; i < _sentAt.Length; i++)
        {
            if (_sentAt[i] <= arrival && _sentAt[i] > sentAt)
            {
                (talker, sentAt, dueAt) = (i, _sentAt[i], _dueAt[i]);
            }
        }

        return talker >= 0 && arrival - sentAt <= LongestLatency;
    }
}
