using PhoneBridge.Bridge.Configuration;

namespace PhoneBridge.Bridge.Telemetry;

/// <summary>Sends log lines to standard output, where systemd and containers take them from.</summary>
internal static class LoggingSetup
{
    public static void AddBridgeLogging(this ILoggingBuilder logging, TelemetryOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);

        // The framework tells of each request and each SQL statement: nothing for an operator, and a place for secrets to slip through.
        LogLevel framework = options.LogLevel > LogLevel.Warning ? options.LogLevel : LogLevel.Warning;
        logging.AddFilter("Microsoft", framework).AddFilter("System", framework);
        logging.AddFilter(typeof(Api.Keys.ApiKeyAuthentication).FullName, framework); // the lines of its base class

        // A start that failed is said by the program itself in plain words; a background service that failed is told as critical.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        if (options.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(json =>
            {
                json.IncludeScopes = true;
                json.UseUtcTimestamp = true;
                json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
        else
        {
            logging.AddSimpleConsole(text =>
            {
                text.IncludeScopes = true;
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = "HH:mm:ss.fff ";
            });
        }
    }
}
