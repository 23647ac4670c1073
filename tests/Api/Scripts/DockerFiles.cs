using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StyleShare.Api.Tests.Scripts;

/// <summary>What is in <c>docker/</c>, as it is read by others than us.</summary>
internal static partial class DockerFiles
{
    public static string Folder { get; } = Path.Combine(Checkout.Folder, "docker");

    /// <summary>The Compose file's services, by name.</summary>
    public static YamlMappingNode Services => Documents("compose.yaml").Single().Map("services");

    /// <summary>The Kubernetes objects of a kind.</summary>
    public static IEnumerable<YamlMappingNode> Objects(string kind) =>
        Manifests.SelectMany(Documents).Where(document => document.Text("kind") == kind);

    /// <summary>The manifests, relative to the folder.</summary>
    public static IEnumerable<string> Manifests => Directory.EnumerateFiles(Path.Combine(Folder, "kubernetes"), "*.yaml")
        .Select(file => Path.GetRelativePath(Folder, file));

    /// <summary>Reads YAML; a key that is there twice is an error.</summary>
    public static IEnumerable<YamlMappingNode> Documents(string file)
    {
        using var text = File.OpenText(Path.Combine(Folder, file));
        var yaml = new YamlStream();
        yaml.Load(new MergingParser(new Parser(text)));
        return yaml.Documents.Select(document => (YamlMappingNode)document.RootNode).ToList();
    }

    /// <summary>The settings that silos are given there, with a value; by file.</summary>
    public static IEnumerable<(string File, string Name, string Value)> Settings()
    {
        foreach (var file in (string[])["compose.yaml", .. Manifests])
        {
            foreach (var (name, value) in Documents(file).SelectMany(document => SettingsIn(document)))
                yield return (file, name, value);
        }

        foreach (var file in (string[])["Dockerfile", "example.env"])
        {
            foreach (Match match in Setting().Matches(File.ReadAllText(Path.Combine(Folder, file))))
                yield return (file, match.Groups["name"].Value, match.Groups["value"].Value);
        }
    }

    public static YamlMappingNode Map(this YamlMappingNode node, string key) => (YamlMappingNode)node[key];

    public static IEnumerable<YamlNode> List(this YamlMappingNode node, string key) => (YamlSequenceNode)node[key];

    public static string? Text(this YamlMappingNode node, string key) =>
        node.Children.TryGetValue(key, out var value) ? ((YamlScalarNode)value).Value : null;

    // As a mapping's key, or as Kubernetes' name and value.
    private static IEnumerable<(string Name, string Value)> SettingsIn(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                foreach (var (key, value) in mapping.Children)
                {
                    if (IsSetting(key) && value is YamlScalarNode scalar)
                        yield return (key.ToString(), scalar.Value ?? "");
                }

                if (mapping.Children.TryGetValue("name", out var name) && IsSetting(name))
                    yield return (name.ToString(), "");
                break;
            default:
                break;
        }

        var children = node switch
        {
            YamlMappingNode mapping => mapping.Children.Values,
            YamlSequenceNode sequence => sequence.Children,
            _ => (IEnumerable<YamlNode>)[],
        };
        foreach (var found in children.SelectMany(SettingsIn))
            yield return found;
    }

    private static bool IsSetting(YamlNode node) =>
        node.ToString().StartsWith("StyleShare__", StringComparison.Ordinal)
        || node.ToString().StartsWith("ConnectionStrings__", StringComparison.Ordinal);

    [GeneratedRegex(@"(?<name>(StyleShare|ConnectionStrings)__\w+)=(?<value>[^\s\\]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();
}
