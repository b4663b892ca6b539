using System.Text.RegularExpressions;

namespace PhoneBridge.Architecture.Tests;

/// <summary>docs/conformance.md says what is done; this holds it to the tests that it names.</summary>
public sealed partial class ConformanceTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string, string> Done()
    {
        TheoryData<string, string> rows = [];
        foreach (Match row in Row().Matches(File.ReadAllText(Path.Combine(Root, "docs", "conformance.md"))))
        {
            if (row.Groups["state"].Value.StartsWith("done", StringComparison.Ordinal))
            {
                rows.Add(row.Groups["id"].Value, row.Groups["tests"].Value);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Done))]
    public void What_is_done_names_a_test_that_exists_and_carries_its_id(string id, string tests)
    {
        MatchCollection names = Name().Matches(tests);
        Assert.NotEmpty(names);
        foreach (Match name in names)
        {
            string[] parts = name.Groups[1].Value.Split('.');
            // Two projects may have a class of this name.
            Assert.Contains(Sources(), text => Regex.IsMatch(text, $@"\bclass {parts[0]}\b")
                && text.Contains($"\"Req\", \"{id}\"", StringComparison.Ordinal)
                && (parts.Length == 1 || Regex.IsMatch(text, $@"\b{parts[1]}\(")));
        }
    }

    [Fact]
    public void There_are_as_many_requirements_as_the_page_was_written_with() => Assert.True(Done().Count > 45);

    private static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(File.ReadAllText);

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "PhoneBridge.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException("No folder above the test holds PhoneBridge.sln.");
    }

    [GeneratedRegex(@"^\| (?<id>[A-Z0-9]+) \|[^|]*\|[^|]*\| (?<state>[^|]*) \|(?<tests>[^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
