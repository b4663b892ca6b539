using Microsoft.Extensions.Options;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Finds everything that is wrong in a configuration, so that an operator repairs it in one go.</summary>
/// <remarks>
/// The framework's binder stops at the first key that it does not know and validates one section after the other at start; here
/// all sections are read, first for their keys and the form of the values, then by their validators.
/// </remarks>
internal static class ConfigurationErrors
{
    private static readonly IReadOnlyList<IOptionsSection> Sections =
    [
        new OptionsSection<SipOptions>(SipOptions.Section, new SipOptionsValidator(), new SipOptionsRules(), new SipTlsRules(), new DialOutRules()),
        new OptionsSection<DialOutOptions>(DialOutOptions.Section, new DialOutOptionsValidator()),
        new OptionsSection<MediaOptions>(MediaOptions.Section, new MediaOptionsValidator(), new MediaOptionsRules()),
        new OptionsSection<DialogueOptions>(DialogueOptions.Section, new DialogueOptionsValidator(), new DialogueOptionsRules()),
        new OptionsSection<RoomsOptions>(RoomsOptions.Section, new RoomsOptionsValidator()),
        new OptionsSection<ApiOptions>(ApiOptions.Section, new ApiOptionsValidator(), new ApiOptionsRules()),
        new OptionsSection<StorageOptions>(StorageOptions.Section, new StorageOptionsValidator()),
        new OptionsSection<ShutdownOptions>(ShutdownOptions.Section, new ShutdownOptionsValidator()),
        new OptionsSection<DemoOptions>(DemoOptions.Section, new DemoOptionsValidator()),
        new OptionsSection<TelemetryOptions>(TelemetryOptions.Section, new TelemetryOptionsValidator()),
    ];

    /// <summary>Every error, each starting with the full key in configuration notation. Empty: the bridge may start.</summary>
    public static IReadOnlyList<string> Find(IConfiguration configuration)
    {
        List<string> errors = [];
        foreach (IConfigurationSection child in configuration.GetChildren())
        {
            if (!Sections.Any(s => s.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)))
            {
                errors.Add($"{child.Key}: is not a known section (known: {string.Join(", ", Sections.Select(s => s.Name))}).");
            }
        }

        foreach (IOptionsSection section in Sections)
        {
            section.FindErrors(configuration.GetSection(section.Name), errors);
        }

        return errors;
    }

    /// <summary>Registers every section with its validators, checked again when the host starts.</summary>
    public static void AddSections(IServiceCollection services, IConfiguration configuration)
    {
        foreach (IOptionsSection section in Sections)
        {
            section.Register(services, configuration.GetSection(section.Name));
        }
    }

    private interface IOptionsSection
    {
        string Name { get; }

        void FindErrors(IConfigurationSection section, List<string> errors);

        void Register(IServiceCollection services, IConfigurationSection section);
    }

    private sealed class OptionsSection<T>(string name, params IValidateOptions<T>[] validators) : IOptionsSection
        where T : class, new()
    {
        public string Name => name;

        public void FindErrors(IConfigurationSection section, List<string> errors)
        {
            HashSet<string> broken = new(StringComparer.OrdinalIgnoreCase);
            ConfigurationShape.FindErrors(section, typeof(T), (path, reason) =>
            {
                broken.Add(path);
                errors.Add($"{path}: {reason}");
            });

            // What is left can be bound, and is judged too: the operator repairs all in one go.
            T options = new();
            new ConfigurationBuilder()
                .AddInMemoryCollection(section.AsEnumerable(makePathsRelative: false).Where(pair => !broken.Contains(pair.Key)))
                .Build().GetSection(name).Bind(options);
            foreach (IValidateOptions<T> validator in validators)
            {
                foreach (string failure in validator.Validate(null, options).Failures ?? [])
                {
                    errors.Add($"{name}:{ConfigurationShape.InConfigurationNotation(failure)}");
                }
            }
        }

        public void Register(IServiceCollection services, IConfigurationSection section)
        {
            services.AddOptions<T>().Bind(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
            foreach (IValidateOptions<T> validator in validators)
            {
                services.AddSingleton(validator);
            }
        }
    }
}
