using PhoneBridge.Ivr.Prompts;
using PhoneBridge.Ivr.Tests.Dialogues;

namespace PhoneBridge.Ivr.Tests.Prompts;

public sealed class SentencePlannerTests
{
    private readonly SentencePlanner _planner = new();

    [Fact]
    public void Each_way_to_say_a_sentence_has_one_voice_and_the_last_needs_none()
    {
        foreach (IvrLanguage language in Enum.GetValues<IvrLanguage>())
        {
            foreach (PromptId id in Enum.GetValues<PromptId>())
            {
                IReadOnlyList<SentenceVoicing> ways = Plan(new Sentence(id) { Number = 3, Text = "x" }, language);
                Assert.IsType<SentenceVoicing.Sound>(ways[^1]);
                Assert.All(ways.OfType<SentenceVoicing.Recordings>(), way => Assert.Equal(language, way.Language));
            }
        }
    }

    [Fact]
    public void A_number_is_put_together_from_recordings()
    {
        SentenceVoicing.Recordings way = Assert.Single(
            Plan(new Sentence(PromptId.ManyOthers) { Number = 71 }, IvrLanguage.French).OfType<SentenceVoicing.Recordings>());
        Assert.Equal(["conf-thereare", "digits/60", "digits/et", "digits/11", "conf-otherinparty"], way.Pieces.Select(piece => piece.Name));
    }

    [Fact]
    public void A_recording_can_be_used_up_to_a_pause_in_it()
    {
        Assert.Equal(new RecordedPiece("conf-getconfno", Until: TimeSpan.FromSeconds(2.55)), RecordedPiece.Parse("conf-getconfno until 2.55"));
        Assert.Equal(new RecordedPiece("digits/7"), RecordedPiece.Parse("digits/7"));
        Assert.Equal(
            [new RecordedPiece("conf-getconfno", Until: TimeSpan.FromSeconds(2.55))],
            Assert.IsType<SentenceVoicing.Recordings>(Plan(new Sentence(PromptId.EnterPin), IvrLanguage.French)[0]).Pieces);
    }

    [Fact]
    public void Slowly_the_engine_is_preferred_because_a_recording_cannot_slow_down()
    {
        IReadOnlyList<SentenceVoicing> ways = _planner.Plan(
            new Sentence(PromptId.EnterPin), new Utterance(IvrLanguage.French, [new Sentence(PromptId.EnterPin)], IsSlow: true));
        Assert.True(Assert.IsType<SentenceVoicing.Speech>(ways[0]).Request.IsSlow);
        Assert.All(Assert.IsType<SentenceVoicing.Recordings>(ways[1]).Pieces, piece => Assert.True(piece.PauseAfter > TimeSpan.Zero));
    }

    [Fact]
    public void A_sentence_names_the_other_voice_for_itself() =>
        Assert.Equal(
            "For English, press two, then hash.",
            Speech(new Sentence(PromptId.ChooseThisLanguage) { Voice = IvrLanguage.English }, IvrLanguage.French).Request.Text);

    [Fact]
    public void One_minute_is_said_in_the_singular()
    {
        Assert.Equal("La réunion se terminera dans une minute.", Speech(new Sentence(PromptId.MeetingEndsSoon) { Number = 1 }, IvrLanguage.French).Request.Text);
        Assert.Equal("La réunion se terminera dans 2 minutes.", Speech(new Sentence(PromptId.MeetingEndsSoon) { Number = 2 }, IvrLanguage.French).Request.Text);
    }

    [Fact]
    public void Keyed_digits_are_read_back_in_threes_and_marked_secret()
    {
        Sentence sentence = new(PromptId.KeyedDigits) { Digits = PhoneCall.Pin("012345678") };
        SentenceVoicing.Recordings way = Assert.IsType<SentenceVoicing.Recordings>(Plan(sentence, IvrLanguage.French)[0]);
        Assert.Equal(Enumerable.Range(0, 9).Select(digit => $"digits/{digit}"), way.Pieces.Select(piece => piece.Name));
        Assert.Equal([2, 5, 8], Enumerable.Range(0, 9).Where(i => way.Pieces[i].PauseAfter > TimeSpan.Zero));
        Assert.True(way.IsSecret);
        Assert.True(Speech(sentence, IvrLanguage.French).IsSecret);
        Assert.Equal("0 1 2, 3 4 5, 6 7 8", Speech(sentence, IvrLanguage.French).Request.Text);
    }

    [Fact]
    public void A_title_is_cleaned_and_cut_before_it_is_spoken()
    {
        string text = Speech(
            new Sentence(PromptId.JoiningTitle) { Text = "[[h@'loU]] <speak>{number}</speak> $(reboot)\n" + new string('é', 500) }, IvrLanguage.French).Request.Text;
        Assert.StartsWith("Vous rejoignez h 'loU speak number speak $ reboot", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 40, SentencePlanner.SpokenTitleLength + 20);
    }

    [Fact]
    public void Without_a_way_of_its_own_a_sentence_ends_as_a_tone() =>
        Assert.Equal(new SentenceVoicing.Sound(PromptSound.Attention), Plan(new Sentence(PromptId.Louder), IvrLanguage.French)[^1]);

    private IReadOnlyList<SentenceVoicing> Plan(Sentence sentence, IvrLanguage language) =>
        _planner.Plan(sentence, new Utterance(language, [sentence]));

    private SentenceVoicing.Speech Speech(Sentence sentence, IvrLanguage language) =>
        Plan(sentence, language).OfType<SentenceVoicing.Speech>().Single();
}
