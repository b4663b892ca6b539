using System.Globalization;

namespace PhoneBridge.Sip.Tests.Calls.Model;

/// <summary>Random legal and illegal sequences of events in calls of both directions: the core does what the model says, and keeps nothing.</summary>
public sealed class ModelBasedTests
{
    private const int Usual = 100_000;

    /// <summary>Set to a number to run so many sequences.</summary>
    private const string Variable = "PHONEBRIDGE_MODEL_SEQUENCES";

    [Fact]
    [Trait("Req", "TRX4")]
    [Trait("Req", "TRX6")]
    [Trait("Req", "TRX7")]
    [Trait("Req", "DLG3")]
    [Trait("Req", "DLG4")]
    [Trait("Req", "DLG9")]
    public void The_core_does_what_the_model_says()
    {
        int sequences = int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out int asked) ? asked : Usual;
        for (int seed = 0; seed < sequences; seed++)
        {
            ModelRun run = new(seed);
            try
            {
                run.Play();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}\n{run.Log}", failure);
            }
        }
    }
}
