using System.Globalization;
using PhoneBridge.Demo.Voices;
using Spectre.Console;

namespace PhoneBridge.Demo;

/// <summary>Tells the result on the terminal and decides whether it is the right one.</summary>
public static class Report
{
    // An espeak consonant at a packet's edge may fall below the likeness bound; a talker who is not heard falls to nothing.
    private const double WellHeard = 0.9;

    /// <summary>Shows the table of who was heard by whom.</summary>
    public static void Show(IAnsiConsole console, DemoResults results)
    {
        Table table = new() { Title = new TableTitle("Who was heard by whom (share of what was said, measured on each listener's recording)") };
        table.AddColumn("speaks ↓  listens →");
        foreach (Caller listener in Cast.All)
        {
            table.AddColumn(new TableColumn(listener.Name).Centered());
        }

        foreach (Caller speaker in Cast.All.Where(caller => caller.Lines.Count > 0))
        {
            table.AddRow([speaker.Name, .. Cast.All.Select(listener => Cell(results.ShareWhileOpen(speaker, listener), speaker == listener))]);
            if (results.Mutes.Any(mute => mute.Caller == speaker))
            {
                table.AddRow([$"{speaker.Name}, muted", .. Cast.All.Select(listener => Cell(results.ShareWhileMuted(speaker, listener), isSilenceRight: true))]);
            }
        }

        console.Write(table);
    }

    /// <summary>Whether everybody heard everybody else, nobody heard himself, and nobody heard who was muted.</summary>
    public static bool IsRight(DemoResults results)
    {
        bool isRight = true;
        foreach (Caller speaker in Cast.All.Where(caller => caller.Lines.Count > 0))
        {
            foreach (Caller listener in Cast.All)
            {
                double open = results.ShareWhileOpen(speaker, listener) ?? 0;
                isRight &= speaker == listener ? open == 0 : open >= WellHeard;
                isRight &= results.ShareWhileMuted(speaker, listener) is null or 0;
            }
        }

        return isRight;
    }

    private static string Cell(double? share, bool isSilenceRight)
    {
        if (share is not { } value)
        {
            return "";
        }

        bool isRight = isSilenceRight ? value == 0 : value >= WellHeard;
        string text = value == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{value * 100:0} %");
        return isRight ? $"[green]{text}[/]" : $"[red]{text}[/]";
    }
}
