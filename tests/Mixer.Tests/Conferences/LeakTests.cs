using PhoneBridge.Benchmarks.Leak;

namespace PhoneBridge.Mixer.Tests.Conferences;

public sealed class LeakTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void No_sample_of_a_million_reaches_anyone_it_is_not_meant_for(int seed)
    {
        LeakResult result = LeakWalk.Run(1_000_000, seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"{result}");
        Assert.Equal("", result.FirstLeak);
        Assert.Equal(0, result.LateAnswers);
        Assert.True(result.Voices > 1000, $"only {result.Voices} voices were heard");
    }
}
