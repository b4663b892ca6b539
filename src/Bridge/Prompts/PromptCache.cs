using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Prompts;

/// <summary>Rendered sentences in memory, the longest unused go first; one rendering serves all who ask at the same time.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class PromptCache(long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PromptKey, LinkedListNode<(PromptKey Key, PcmClip Clip)>> _kept = [];
    private readonly LinkedList<(PromptKey Key, PcmClip Clip)> _byUse = [];
    private readonly Dictionary<PromptKey, Task<PcmClip>> _running = [];
    private long _bytes;

    /// <summary>Bytes of audio kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>The clip when it is kept.</summary>
    public bool TryGet(PromptKey key, out PcmClip? clip)
    {
        lock (_lock)
        {
            clip = null;
            if (_kept.TryGetValue(key, out LinkedListNode<(PromptKey, PcmClip Clip)>? node))
            {
                _byUse.Remove(node);
                _byUse.AddLast(node);
                clip = node.Value.Clip;
            }

            return clip is not null;
        }
    }

    /// <summary>The clip, rendered now when it is not kept. Who gives up waiting does not stop it for the others.</summary>
    /// <param name="key">Whose clip.</param>
    /// <param name="render">Renders it; the flag says whether the clip is worth keeping.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    public Task<PcmClip> GetAsync(PromptKey key, Func<Task<(PcmClip Clip, bool IsKept)>> render, CancellationToken cancellation)
    {
        if (TryGet(key, out PcmClip? kept))
        {
            return Task.FromResult(kept!);
        }

        lock (_lock)
        {
            if (!_running.TryGetValue(key, out Task<PcmClip>? running))
            {
                running = Task.Run(() => RunAsync(key, render), CancellationToken.None);
                _running.Add(key, running);
            }

            return running.WaitAsync(cancellation);
        }
    }

    private async Task<PcmClip> RunAsync(PromptKey key, Func<Task<(PcmClip Clip, bool IsKept)>> render)
    {
        try
        {
            (PcmClip clip, bool isKept) = await render().ConfigureAwait(false);
            if (isKept)
            {
                Keep(key, clip);
            }

            return clip;
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(key);
            }
        }
    }

    private void Keep(PromptKey key, PcmClip clip)
    {
        lock (_lock)
        {
            if (_kept.ContainsKey(key))
            {
                return;
            }

            _kept.Add(key, _byUse.AddLast((key, clip)));
            _bytes += SizeOf(clip);
            while (_bytes > maxBytes && _byUse.First is { } oldest)
            {
                _byUse.RemoveFirst();
                _kept.Remove(oldest.Value.Key);
                _bytes -= SizeOf(oldest.Value.Clip);
            }
        }
    }

    private static long SizeOf(PcmClip clip) => (long)clip.Samples.Length * sizeof(short);
}
