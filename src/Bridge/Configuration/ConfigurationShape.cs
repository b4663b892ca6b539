using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Compares the keys and values of a section with the options class they are meant for.</summary>
internal static partial class ConfigurationShape
{
    /// <summary>Turns a validator's "The field DialogueOptions.Tries must …" into "Tries: must …", nested keys with colons.</summary>
    public static string InConfigurationNotation(string failure)
    {
        Match match = ValidatorText().Match(failure);
        return match.Success
            ? $"{match.Groups["key"].Value.Replace("[", ":", StringComparison.Ordinal).Replace("].", ":", StringComparison.Ordinal).Replace('.', ':')}: {match.Groups["rest"].Value}"
            : failure;
    }

    [GeneratedRegex(@"The (?:field )?\w+Options\.(?<key>\S+) (?:field )?(?<rest>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidatorText();

    /// <summary>Reports, with its full key, each key that <paramref name="type"/> does not have and each value of the wrong form.</summary>
    public static void FindErrors(IConfigurationSection section, Type type, Action<string, string> report)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        if (IsScalar(plain))
        {
            CheckScalar(section, plain, isNullable: plain != type || !type.IsValueType, report);
        }
        else if (plain.IsGenericType && plain.GetGenericTypeDefinition() == typeof(IList<>))
        {
            CheckList(section, plain.GetGenericArguments()[0], report);
        }
        else
        {
            CheckObject(section, plain, report);
        }
    }

    private static bool IsScalar(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(TimeSpan);

    private static void CheckObject(IConfigurationSection section, Type type, Action<string, string> report)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            report(section.Path, "holds keys of its own and takes no plain value.");
        }

        PropertyInfo[] known = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite)];
        foreach (IConfigurationSection child in section.GetChildren())
        {
            PropertyInfo? property = known.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                report(child.Path, $"is not a known key (known: {string.Join(", ", known.Select(p => p.Name))}).");
            }
            else
            {
                FindErrors(child, property.PropertyType, report);
            }
        }
    }

    private static void CheckList(IConfigurationSection section, Type element, Action<string, string> report)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            report(section.Path, $"takes a list; write {section.Path}:0=… for its first entry.");
        }

        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                FindErrors(child, element, report);
            }
            else
            {
                report(child.Path, "entries of a list are numbered from 0, not named.");
            }
        }
    }

    private static void CheckScalar(IConfigurationSection section, Type type, bool isNullable, Action<string, string> report)
    {
        if (section.GetChildren().Any())
        {
            report(section.Path, "takes one value, not keys of its own.");
            return;
        }

        if (type == typeof(string) || (isNullable && string.IsNullOrEmpty(section.Value)))
        {
            return;
        }

        if (section.Value is null || !TryConvert(section.Value, type))
        {
            // The value is shown: secrets are texts, and a text is never of the wrong form.
            report(section.Path, $"'{section.Value}' is not {Describe(type)}.");
        }
    }

    private static bool TryConvert(string value, Type type)
    {
        if (type.IsEnum)
        {
            return Enum.TryParse(type, value, ignoreCase: true, out object? parsed) && Enum.IsDefined(type, parsed);
        }

        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false; // the framework's converters have no form that answers by value
        }
    }

    private static string Describe(Type type) => type switch
    {
        _ when type == typeof(bool) => "true or false",
        _ when type == typeof(TimeSpan) => "a time in the form hh:mm:ss",
        _ when type.IsEnum => $"one of {string.Join(", ", Enum.GetNames(type))}",
        _ when type == typeof(double) => "a number",
        _ => "a whole number",
    };
}
