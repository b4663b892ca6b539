using System.Collections;

namespace PhoneBridge.Sip.Messages;

/// <summary>One header line.</summary>
/// <param name="Name">Long form; compact forms are folded onto it.</param>
/// <param name="Value">Unfolded and trimmed; may be empty.</param>
public readonly record struct SipHeader(string Name, string Value);

/// <summary>
/// The headers of one message, in order, repeated lines kept (RFC 3261 §7.3). Names compare without case, compact forms
/// are folded onto the long names; unknown headers are opaque (MSG1, MSG2).
/// </summary>
/// <remarks>Not thread safe while it is being changed.</remarks>
public sealed class SipHeaders : IEnumerable<SipHeader>
{
    private readonly List<SipHeader> _lines = new(16);

    /// <summary>Number of lines.</summary>
    public int Count => _lines.Count;

    /// <summary>Rises with every change, so that what was derived from the headers can be kept until then.</summary>
    internal int Version { get; private set; }

    /// <summary>Value of the first line of that name, null when there is none.</summary>
    public string? this[string name]
    {
        get
        {
            int index = IndexOf(name);
            return index < 0 ? null : _lines[index].Value;
        }
    }

    /// <summary>True when at least one line has that name.</summary>
    public bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>All values of that name in order; comma lists are split where the header is a list (RFC 3261 §7.3.1), empty elements left out.</summary>
    public IReadOnlyList<string> GetAll(string name)
    {
        List<string>? values = null;
        string canonical = SipHeaderNames.Canonical(name);
        bool isList = SipHeaderNames.IsList(canonical);
        foreach (SipHeader line in _lines)
        {
            if (!line.Name.Equals(canonical, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            values ??= [];
            if (isList)
            {
                SipGrammar.SplitList(line.Value, values);
            }
            else
            {
                values.Add(line.Value);
            }
        }

        if (values is null)
        {
            return [];
        }

        if (isList)
        {
            values.RemoveAll(string.IsNullOrEmpty);
        }

        return values;
    }

    /// <summary>The lines of that name as they are, no list split.</summary>
    public IEnumerable<string> GetLines(string name)
    {
        string canonical = SipHeaderNames.Canonical(name);
        foreach (SipHeader line in _lines)
        {
            if (line.Name.Equals(canonical, StringComparison.OrdinalIgnoreCase))
            {
                yield return line.Value;
            }
        }
    }

    /// <summary>Adds a line at the end.</summary>
    /// <exception cref="ArgumentException">The name is no token or the value holds a line break.</exception>
    public void Add(string name, string value)
    {
        Check(name, value);
        AddUnchecked(SipHeaderNames.Canonical(name), value);
    }

    /// <summary>Adds a line before all others: how a Via or Route is pushed.</summary>
    /// <exception cref="ArgumentException">The name is no token or the value holds a line break.</exception>
    public void AddFirst(string name, string value)
    {
        Check(name, value);
        Version++;
        _lines.Insert(0, new SipHeader(SipHeaderNames.Canonical(name), value));
    }

    /// <summary>Puts one line in the place of all lines of that name; at the end when there was none.</summary>
    /// <exception cref="ArgumentException">The name is no token or the value holds a line break.</exception>
    public void Set(string name, string value)
    {
        Check(name, value);
        string canonical = SipHeaderNames.Canonical(name);
        int index = IndexOf(canonical);
        if (index < 0)
        {
            AddUnchecked(canonical, value);
            return;
        }

        Version++;
        _lines[index] = new SipHeader(canonical, value);
        for (int i = _lines.Count - 1; i > index; i--)
        {
            if (_lines[i].Name.Equals(canonical, StringComparison.OrdinalIgnoreCase))
            {
                _lines.RemoveAt(i);
            }
        }
    }

    /// <summary>Replaces the first element of a list header and leaves the others, wherever the line breaks are.</summary>
    /// <returns>False when there is no such header; nothing is changed then.</returns>
    /// <exception cref="ArgumentException">The value holds a line break.</exception>
    public bool ReplaceFirst(string name, string element)
    {
        Check(name, element);
        int index = IndexOf(name);
        if (index < 0)
        {
            return false;
        }

        string value = _lines[index].Value;
        int comma = SipGrammar.IndexOfSeparator(value, ',');
        Version++;
        _lines[index] = new SipHeader(_lines[index].Name, comma < 0 ? element : element + value[comma..]);
        return true;
    }

    /// <summary>Removes all lines of that name.</summary>
    /// <returns>True when there was one.</returns>
    public bool Remove(string name)
    {
        string canonical = SipHeaderNames.Canonical(name);
        bool isRemoved = _lines.RemoveAll(line => line.Name.Equals(canonical, StringComparison.OrdinalIgnoreCase)) > 0;
        Version += isRemoved ? 1 : 0;
        return isRemoved;
    }

    /// <inheritdoc/>
    public IEnumerator<SipHeader> GetEnumerator() => _lines.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal SipHeader LineAt(int index) => _lines[index];

    /// <summary>For lines that were already checked: by the parser, or as part of another message.</summary>
    internal void AddUnchecked(string canonicalName, string value)
    {
        Version++;
        _lines.Add(new SipHeader(canonicalName, value));
    }

    private int IndexOf(string name)
    {
        string canonical = SipHeaderNames.Canonical(name);
        for (int i = 0; i < _lines.Count; i++)
        {
            if (_lines[i].Name.Equals(canonical, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private static void Check(string name, string value)
    {
        if (!SipGrammar.IsToken(name))
        {
            throw new ArgumentException("A header name is a token (RFC 3261 §25.1).", nameof(name));
        }

        SipGrammar.ThrowIfLineBreak(value, nameof(value));
    }
}
