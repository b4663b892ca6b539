using PhoneBridge.Bridge.Prompts;
using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Mixer;

namespace PhoneBridge.Bridge.Tests.Prompts;

public sealed class PromptCacheTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_longest_unused_goes_first_and_the_limit_holds()
    {
        PromptCache cache = new(maxBytes: 3 * 2000);
        await KeepAsync(cache, 1);
        await KeepAsync(cache, 2);
        await KeepAsync(cache, 3);
        Assert.True(cache.TryGet(Key(1), out _));
        await KeepAsync(cache, 4);
        Assert.True(cache.TryGet(Key(1), out _));
        Assert.False(cache.TryGet(Key(2), out _));
        Assert.Equal(6000, cache.Bytes);
    }

    [Fact]
    public async Task A_clip_larger_than_the_cache_is_given_and_not_kept()
    {
        PromptCache cache = new(maxBytes: 100);
        await KeepAsync(cache, 1);
        Assert.Equal(0, cache.Bytes);
    }

    [Fact]
    public async Task A_rendering_that_fails_is_tried_again_by_the_next_who_asks()
    {
        PromptCache cache = new(maxBytes: 10_000);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => cache.GetAsync(Key(1), () => throw new InvalidOperationException("broken"), Cancellation));
        await KeepAsync(cache, 1);
        Assert.True(cache.TryGet(Key(1), out _));
    }

    [Fact]
    public void A_key_prints_no_title() =>
        Assert.DoesNotContain("Martin", (Key(1) with { Text = "Conseil de madame Martin" }).ToString(), StringComparison.Ordinal);

    private static PromptKey Key(int number) => new(PromptId.ManyOthers, IvrLanguage.French, IsSlow: false, number, Text: null);

    private static Task<PcmClip> KeepAsync(PromptCache cache, int number) =>
        cache.GetAsync(Key(number), () => Task.FromResult((new PcmClip(new short[1000], 8000), true)), Cancellation);
}
