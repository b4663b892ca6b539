using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>Collects one PIN in one try: keys and time go in, one step comes out.</summary>
/// <remarks>
/// Sans-IO and not thread safe. Rules: the last digit submits, # is optional; * clears, ** asks for the prompt again, slowly;
/// 1# and 2# choose the language; one reminder a try, then the try is over.
/// </remarks>
public sealed class PinEntry
{
    private readonly IvrOptions _options;
    private readonly char[] _keys;
    private int _count;
    private bool _wasStar;
    private bool _hasReminded;
    private TimeSpan _tryEnds;
    private TimeSpan _keyDue = TimeSpan.MaxValue;

    /// <summary>An entry that has not begun: call <see cref="Begin"/>.</summary>
    public PinEntry(IvrOptions options)
    {
        _options = options;
        _keys = new char[options.PinLength];
    }

    /// <summary>Digits keyed so far.</summary>
    public int Count => _count;

    /// <summary>When <see cref="OnTime"/> must next be called, on the caller's monotonic clock.</summary>
    public TimeSpan Deadline => _keyDue < _tryEnds ? _keyDue : _tryEnds;

    /// <summary>Begins a try. Its first-key time starts only when <see cref="PromptEnded"/> says that the caller has been asked.</summary>
    public void Begin(TimeSpan now)
    {
        Clear();
        _wasStar = false;
        _hasReminded = false;
        _tryEnds = now + _options.TryTimeout;
        _keyDue = TimeSpan.MaxValue;
    }

    /// <summary>The prompt is over or was cut off: from now on the caller is expected to key.</summary>
    public void PromptEnded(TimeSpan now) =>
        _keyDue = now + (_count == 0 ? _options.FirstKeyTimeout : _options.InterKeyTimeout);

    /// <summary>Takes one key.</summary>
    public PinStep OnKey(char key, TimeSpan now)
    {
        bool wasStar = _wasStar;
        _wasStar = key == '*';
        _keyDue = TimeSpan.MaxValue;            // all but a digit is answered by a prompt or a tone: time runs when it has been heard
        switch (key)
        {
            case >= '0' and <= '9':
                _keys[_count++] = key;
                _keyDue = now + _options.InterKeyTimeout;
                return _count == _keys.Length ? Submit() : PinStep.Collecting;
            case '*' when wasStar:
                return PinStep.RepeatSlowly;
            case '*':
                Clear();
                return PinStep.Cleared;
            case '#' when _count == 1 && _keys[0] is '1' or '2':
                IvrLanguage language = _keys[0] == '1' ? IvrLanguage.French : IvrLanguage.English;
                Clear();
                return PinStep.Choose(language);
            case '#' when _count > 0:
                return PinStep.TooShort;
            default:
                return PinStep.UnknownKey;
        }
    }

    /// <summary>The deadline has come: a reminder is due, or the try is over. The digits keyed so far stay for a reminder.</summary>
    public PinStep OnTime(TimeSpan now)
    {
        if (now < Deadline)
        {
            return PinStep.Collecting;
        }

        if (now >= _tryEnds || _hasReminded)
        {
            return PinStep.TimedOut;
        }

        _hasReminded = true;
        _keyDue = TimeSpan.MaxValue;            // runs again when the reminder has been heard
        return PinStep.Remind;
    }

    /// <summary>Forgets the digits.</summary>
    public void Clear()
    {
        Array.Clear(_keys);
        _count = 0;
    }

    private PinStep Submit()
    {
        KeyedPin.TryRead(_keys.AsSpan(0, _count), out KeyedPin pin);
        Clear();
        return PinStep.Submit(pin);
    }
}

/// <summary>What one key or the deadline means for the entry of a PIN.</summary>
/// <param name="Kind">Which step.</param>
/// <param name="Pin">The PIN, for <see cref="PinStepKind.Submit"/>.</param>
/// <param name="Language">The language, for <see cref="PinStepKind.ChooseLanguage"/>.</param>
public readonly record struct PinStep(PinStepKind Kind, KeyedPin Pin = default, IvrLanguage Language = default)
{
    /// <summary>Nothing to do but wait.</summary>
    public static PinStep Collecting => new(PinStepKind.Collecting);

    /// <summary>The digits were cleared.</summary>
    public static PinStep Cleared => new(PinStepKind.Cleared);

    /// <summary>The prompt is wanted again, slowly.</summary>
    public static PinStep RepeatSlowly => new(PinStepKind.RepeatSlowly);

    /// <summary># came after too few digits.</summary>
    public static PinStep TooShort => new(PinStepKind.TooShort);

    /// <summary>The key means nothing here.</summary>
    public static PinStep UnknownKey => new(PinStepKind.UnknownKey);

    /// <summary>Remind the caller, once.</summary>
    public static PinStep Remind => new(PinStepKind.Remind);

    /// <summary>The try is over.</summary>
    public static PinStep TimedOut => new(PinStepKind.TimedOut);

    /// <summary>The PIN is complete.</summary>
    public static PinStep Submit(KeyedPin pin) => new(PinStepKind.Submit, Pin: pin);

    /// <summary>A language was chosen.</summary>
    public static PinStep Choose(IvrLanguage language) => new(PinStepKind.ChooseLanguage, Language: language);
}

/// <summary>Kinds of <see cref="PinStep"/>.</summary>
public enum PinStepKind
{
    /// <summary>Nothing to do but wait.</summary>
    Collecting,

    /// <summary>The digits were cleared.</summary>
    Cleared,

    /// <summary>The prompt is wanted again, slowly.</summary>
    RepeatSlowly,

    /// <summary>A language was chosen.</summary>
    ChooseLanguage,

    /// <summary>The PIN is complete.</summary>
    Submit,

    /// <summary># came after too few digits.</summary>
    TooShort,

    /// <summary>The key means nothing here.</summary>
    UnknownKey,

    /// <summary>Remind the caller, once.</summary>
    Remind,

    /// <summary>The try is over.</summary>
    TimedOut,
}
