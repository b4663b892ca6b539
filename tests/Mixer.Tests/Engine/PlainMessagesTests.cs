using System.Net;
using System.Reflection;
using PhoneBridge.Media.Srtp;

namespace PhoneBridge.Mixer.Tests.Engine;

/// <summary>The engine may one day be a process of its own: what goes in and comes out must be able to travel.</summary>
public sealed class PlainMessagesTests
{
    private static readonly HashSet<Type> Plain =
        [typeof(string), typeof(TimeSpan), typeof(IPAddress), typeof(IPEndPoint), typeof(ReadOnlyMemory<short>), typeof(SrtpKey)];      // a key is bytes that are not shown

    public static TheoryData<Type> Messages => [.. typeof(MediaCommand).Assembly.GetTypes()
        .Where(type => !type.IsAbstract && (type.IsSubclassOf(typeof(MediaCommand)) || type.IsSubclassOf(typeof(MediaEvent))))];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_holds_values_and_nothing_that_lives(Type message) => Check(message, message.Name, []);

    private static void Check(Type type, string path, HashSet<Type> seen)
    {
        if (type.IsPrimitive || type.IsEnum || Plain.Contains(type) || !seen.Add(type))
        {
            return;
        }

        if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) || type.GetGenericTypeDefinition() == typeof(Nullable<>)))
        {
            Check(type.GetGenericArguments()[0], path, seen);
            return;
        }

        // A record of ours, all of whose state can be read and given again.
        Assert.True(type.Namespace?.StartsWith("PhoneBridge.", StringComparison.Ordinal) == true, $"{path} is a {type}");
        Assert.True(type.GetMethod("<Clone>$") is not null || type.IsValueType, $"{path} is no record");
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            Check(property.PropertyType, $"{path}.{property.Name}", seen);
        }
    }
}
