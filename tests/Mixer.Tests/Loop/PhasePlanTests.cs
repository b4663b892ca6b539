using PhoneBridge.Mixer.Loop;

namespace PhoneBridge.Mixer.Tests.Loop;

public sealed class PhasePlanTests
{
    [Fact]
    public void Lone_legs_spread_evenly_over_loops_and_phases()
    {
        PhasePlan plan = new(loops: 3);
        Dictionary<Phase, int> legs = [];
        for (int i = 0; i < 3 * 20 * 5; i++)
        {
            Phase phase = plan.Lightest();
            plan.Add(phase);
            legs[phase] = legs.GetValueOrDefault(phase) + 1;
        }

        Assert.Equal(60, legs.Count);
        Assert.All(legs.Values, count => Assert.Equal(5, count));
    }

    [Fact]
    public void Conferences_that_are_still_empty_do_not_share_a_phase()
    {
        PhasePlan plan = new(loops: 1);
        HashSet<Phase> phases = [];
        for (int i = 0; i < 20; i++)
        {
            Assert.True(phases.Add(plan.Lightest()));
        }
    }

    [Fact]
    public void A_phase_that_was_left_is_the_next_to_be_given()
    {
        PhasePlan plan = new(loops: 2);
        for (int i = 0; i < 40; i++)
        {
            plan.Add(plan.Lightest());
        }

        plan.Remove(new Phase(1, 13));
        Assert.Equal(new Phase(1, 13), plan.Lightest());
    }
}
