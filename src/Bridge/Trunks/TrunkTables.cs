using System.Net;
using Microsoft.Extensions.Options;
using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Trunks;

/// <summary>Holds the table of trunks that is in force. Any thread: readers take <see cref="Current"/> once and keep to it.</summary>
internal sealed class TrunkTables(IOptions<SipOptions> options)
{
    private readonly Lock _gate = new();
    private volatile TrunkTable _current = new(options.Value);

    /// <summary>Told after another table is in force, on the thread that put it there.</summary>
    public event Action? Changed;

    /// <summary>The table in force.</summary>
    public TrunkTable Current => _current;

    /// <summary>Other trunks; calls that run keep the record of the trunk that they came in with.</summary>
    /// <param name="options">A validated configuration.</param>
    /// <param name="addresses">What its names mean, as far as is known; names that are not in it keep their addresses.</param>
    public void Replace(SipOptions options, IReadOnlyDictionary<string, IPAddress[]> addresses)
    {
        lock (_gate)
        {
            Dictionary<string, IPAddress[]> all = new(_current.Addresses, StringComparer.OrdinalIgnoreCase);
            foreach ((string name, IPAddress[] found) in addresses)
            {
                all[name] = found;
            }

            HashSet<string> used = [.. options.Trunks.SelectMany(trunk => trunk.SourcePlaces()).Select(TrunkTable.KeyOf)];
            _current = new TrunkTable(options, all.Where(entry => used.Contains(entry.Key)).ToDictionary());
        }

        Changed?.Invoke();
    }

    /// <summary>A name means these addresses now. Nothing happens when it means them already.</summary>
    /// <returns>False when nothing changed.</returns>
    public bool SetAddresses(string name, IPAddress[] addresses)
    {
        lock (_gate)
        {
            if (_current.Addresses.TryGetValue(name, out IPAddress[]? known) && known.ToHashSet().SetEquals(addresses))
            {
                return false;
            }

            _current = _current.With(new Dictionary<string, IPAddress[]>(_current.Addresses, StringComparer.OrdinalIgnoreCase) { [name] = addresses });
        }

        Changed?.Invoke();
        return true;
    }
}
