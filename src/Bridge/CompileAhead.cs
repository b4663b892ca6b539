using System.Reflection;
using System.Runtime.CompilerServices;

namespace PhoneBridge.Bridge;

/// <summary>Compiles our own code at the start, in the background.</summary>
/// <remarks>
/// Without tiers every method is compiled in full when it is first called (docs/adr/0004). Left to the first call, that adds up to
/// more than half a second before the first caller is answered.
/// </remarks>
internal sealed class CompileAhead : BackgroundService
{
    private static readonly Assembly[] Ours =
    [
        typeof(Sip.Calls.SipCall).Assembly, typeof(Media.Rtp.RtpPacket).Assembly, typeof(Mixer.MediaEngine).Assembly,
        typeof(Ivr.Dialogues.CallDialogue).Assembly, typeof(Rooms.Room).Assembly, typeof(CompileAhead).Assembly,
    ];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() => Compile(stoppingToken), stoppingToken);

    private static void Compile(CancellationToken stop)
    {
        foreach (Type type in Ours.SelectMany(assembly => assembly.GetTypes()).Where(type => !type.ContainsGenericParameters))
        {
            // What is known when a method is compiled is built into it: constants instead of a look whether there are any yet.
            try
            {
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            }
            catch (TypeInitializationException)
            {
                // Shows itself to whoever uses the type; here it must not end the host.
            }

            foreach (MethodBase method in type
                .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .OfType<MethodBase>()
                .Where(method => !method.IsAbstract && !method.ContainsGenericParameters && method.GetMethodImplementationFlags() == MethodImplAttributes.IL))
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
        }
    }
}
