using System.Collections;
using System.Text;

namespace PhoneBridge.Sip.Messages;

/// <summary>One <c>;name</c> or <c>;name=value</c> of a URI or header.</summary>
/// <param name="Name">As on the wire; compared without case.</param>
/// <param name="Value">As on the wire, a quoted string with its quotes; null for a flag such as <c>;lr</c>.</param>
public readonly record struct SipParameter(string Name, string? Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value is null ? Name : $"{Name}={Value}";
}

/// <summary>Parameters in the order met. Immutable, safe from any thread; a repeated name keeps its first value.</summary>
public sealed class SipParameters : IReadOnlyList<SipParameter>, IEquatable<SipParameters>
{
    /// <summary>No parameters.</summary>
    public static readonly SipParameters Empty = new([]);

    private readonly SipParameter[] _items;

    private SipParameters(SipParameter[] items) => _items = items;

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public SipParameter this[int index] => _items[index];

    /// <summary>Value of the first parameter of that name without quotes; null when it is absent or a flag.</summary>
    public string? this[string name] => Find(name) is { Value: { } value } ? SipGrammar.Unquote(value) : null;

    /// <summary>True when a parameter of that name is there, with or without a value.</summary>
    public bool Contains(string name) => Find(name) is not null;

    /// <summary>A copy with the parameter set: in its old place when it was there, else at the end.</summary>
    /// <exception cref="ArgumentException">Name or value holds a line break.</exception>
    public SipParameters With(string name, string? value = null)
    {
        SipGrammar.ThrowIfLineBreak(name, nameof(name));
        SipGrammar.ThrowIfLineBreak(value, nameof(value));
        SipParameter parameter = new(name, value);
        for (int i = 0; i < _items.Length; i++)
        {
            if (Matches(_items[i], name))
            {
                SipParameter[] changed = [.. _items];
                changed[i] = parameter;
                return new SipParameters(changed);
            }
        }

        return new SipParameters([.. _items, parameter]);
    }

    /// <summary>A copy without the parameters of that name.</summary>
    public SipParameters Without(string name) => Contains(name)
        ? new SipParameters(Array.FindAll(_items, item => !Matches(item, name)))
        : this;

    /// <inheritdoc/>
    public bool Equals(SipParameters? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SipParameters);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (SipParameter item in _items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<SipParameter> GetEnumerator() => ((IEnumerable<SipParameter>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>As on the wire, with the leading semicolon; empty when there are none.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        AppendTo(text);
        return text.ToString();
    }

    internal void AppendTo(StringBuilder text)
    {
        foreach (SipParameter item in _items)
        {
            text.Append(';').Append(item.Name);
            if (item.Value is not null)
            {
                text.Append('=').Append(item.Value);
            }
        }
    }

    /// <summary>
    /// Reads <c>*( SEMI name [ EQUAL value ] )</c> of a header: blanks around the separators are allowed, values may be quoted.
    /// </summary>
    /// <param name="text">Empty, or beginning with a semicolon.</param>
    /// <param name="isLenient">Skips what cannot be read instead of failing; for routing an error response to a broken request.</param>
    /// <param name="parameters">What was read; empty on failure.</param>
    internal static bool TryParseHeader(ReadOnlySpan<char> text, bool isLenient, out SipParameters parameters)
    {
        parameters = Empty;
        List<SipParameter>? items = null;
        text = SipGrammar.TrimBlanks(text);
        while (!text.IsEmpty)
        {
            if (text[0] != ';')
            {
                return isLenient;
            }

            text = text[1..];
            int end = SipGrammar.IndexOfSeparator(text, ';');
            ReadOnlySpan<char> item = SipGrammar.TrimBlanks(end < 0 ? text : text[..end]);
            text = end < 0 ? [] : text[end..];
            if (items?.Count == SipLimits.MaxParameters)
            {
                return isLenient;
            }

            if (TryParseItem(item, out SipParameter parameter))
            {
                (items ??= []).Add(parameter);
            }
            else if (!isLenient)
            {
                return false;
            }
        }

        parameters = items is null ? Empty : new SipParameters([.. items]);
        return true;
    }

    /// <summary>Reads the <c>;name=value</c> of a URI: no blanks, no quotes.</summary>
    internal static bool TryParseUri(ReadOnlySpan<char> text, out SipParameters parameters)
    {
        parameters = Empty;
        List<SipParameter>? items = null;
        while (!text.IsEmpty)
        {
            if (text[0] != ';')
            {
                return false;
            }

            text = text[1..];
            int end = text.IndexOf(';');
            ReadOnlySpan<char> item = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[end..];
            int equal = item.IndexOf('=');
            ReadOnlySpan<char> name = equal < 0 ? item : item[..equal];
            if (name.IsEmpty || items?.Count == SipLimits.MaxParameters)
            {
                return false;
            }

            // An escape of an unreserved character means that character (RFC 3261 §19.1.4): "%6C%72" is "lr".
            string? value = equal < 0 ? null : SipEscaping.ForComparison(item[(equal + 1)..].ToString());
            (items ??= []).Add(new SipParameter(SipEscaping.ForComparison(name.ToString()), value));
        }

        parameters = items is null ? Empty : new SipParameters([.. items]);
        return true;
    }

    private static bool TryParseItem(ReadOnlySpan<char> item, out SipParameter parameter)
    {
        parameter = default;
        int equal = item.IndexOf('=');
        ReadOnlySpan<char> name = SipGrammar.TrimBlanks(equal < 0 ? item : item[..equal]);
        if (!SipGrammar.IsToken(name))
        {
            return false;
        }

        if (equal < 0)
        {
            parameter = new SipParameter(name.ToString(), null);
            return true;
        }

        ReadOnlySpan<char> value = SipGrammar.TrimBlanks(item[(equal + 1)..]);
        bool isGood = value is ['"', ..]
            ? SipGrammar.QuotedLength(value) == value.Length
            : !value.ContainsAny(" \t\"<>");
        if (!isGood)
        {
            return false;
        }

        parameter = new SipParameter(name.ToString(), value.ToString());
        return true;
    }

    private SipParameter? Find(string name)
    {
        foreach (SipParameter item in _items)
        {
            if (Matches(item, name))
            {
                return item;
            }
        }

        return null;
    }

    private static bool Matches(SipParameter item, string name) =>
        item.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}
