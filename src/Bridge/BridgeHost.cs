using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge;

/// <summary>Puts the bridge together. Program and tests start the same host.</summary>
public static class BridgeHost
{
    /// <summary>Builds the host without starting it.</summary>
    /// <param name="args">Command line: <c>--Section:Key=value</c>, <c>--config file</c>.</param>
    /// <exception cref="ConfigurationException">The configuration has errors; all are named.</exception>
    public static WebApplication Create(string[] args)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(BridgeHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
        });
        BridgeConfiguration.AddSources(builder.Configuration, args);
        IReadOnlyList<string> errors = ConfigurationErrors.Find(builder.Configuration);
        if (errors.Count != 0)
        {
            throw new ConfigurationException(errors);
        }

        ConfigurationErrors.AddSections(builder.Services, builder.Configuration);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        return builder.Build();
    }
}
