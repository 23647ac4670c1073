using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using StyleShare.Silo;
using YamlDotNet.RepresentationModel;

namespace StyleShare.Api.Tests.Scripts;

/// <summary>Containers cannot be started here: what describes them is read, and held against what there is.</summary>
public sealed class DockerTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Every_setting_is_one_that_silos_read()
    {
        // The cluster's are read by whoever makes the cluster, which is not built here.
        var settings = DockerFiles.Settings().Where(setting => !setting.Name.StartsWith("StyleShare__Cluster__", StringComparison.Ordinal)).ToList();
        Assert.True(settings.Count > 20, "They are not found any more.");
        var read = await Read(settings.Select(setting => setting.Name));
        Assert.All(settings, setting => Assert.True(read.Contains(Key(setting.Name)), $"{setting.File}: nothing reads {setting.Name}."));
    }

    [Fact]
    public async Task A_setting_that_nothing_reads_is_found() =>
        Assert.DoesNotContain("StyleShare:Silo:Nmae", await Read(["StyleShare__Silo__Nmae"]));

    [Fact]
    public async Task What_the_image_is_made_of_is_there()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(DockerFiles.Folder, "Dockerfile"));
        var sources = lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).ToList();
        Assert.Contains("src/", sources);
        Assert.All(sources, source => Assert.True(Path.Exists(Path.Combine(Checkout.Folder, source)), source));
        var sent = (await File.ReadAllLinesAsync(Path.Combine(DockerFiles.Folder, "Dockerfile.dockerignore"))).Where(line => line.StartsWith('!'));
        Assert.Equal(sources.Select(source => source.TrimEnd('/')).Order(StringComparer.Ordinal), sent.Select(line => line[1..]).Order(StringComparer.Ordinal));
        var program = typeof(SiloHost).Assembly.GetName().Name + ".dll";
        Assert.All(
            lines.Where(line => line.Contains("\"dotnet\"", StringComparison.Ordinal)),
            line => Assert.Contains($"\"{program}\"", line, StringComparison.Ordinal));
        Assert.Contains("USER $APP_UID", lines);
    }

    [Fact]
    public void Ports_agree()
    {
        var docker = File.ReadAllText(Path.Combine(DockerFiles.Folder, "Dockerfile"));
        var (http, silo) = (Number(docker, @"URLS=http://\+:(?<number>\d+)"), Number(docker, @"SiloPort=(?<number>\d+)"));
        Assert.Contains($"EXPOSE {http} {silo}", docker, StringComparison.Ordinal);
        var nginx = DockerFiles.Services.Map("nginx");
        var command = nginx.List("command").Select(part => part.ToString()).ToList();
        Assert.Equal(["/etc/styleshare/balance", "/tmp/nginx", "8080", $"dns:silo:{http}"], command);
        Assert.Equal([$"8080:{command[2]}"], nginx.List("ports").Select(port => port.ToString()));

        var ports = Container().List("ports").Cast<YamlMappingNode>().ToDictionary(port => port.Text("name")!, port => port.Text("containerPort"));
        Assert.Equal((http, silo), (ports["http"], ports["silo"]));
        var service = DockerFiles.Objects("Service").Single().Map("spec");
        Assert.Equal("http", ((YamlMappingNode)service.List("ports").Single()).Text("targetPort"));
        var pooler = File.ReadAllText(Path.Combine(DockerFiles.Folder, "pgbouncer/pgbouncer.ini"));
        var way = DockerFiles.Settings().Single(setting => setting is { File: "compose.yaml", Name: "ConnectionStrings__StyleShare" }).Value;
        Assert.Equal(Number(pooler, @"listen_port = (?<number>\d+)"), Number(way, @"Port=(?<number>\d+)"));
    }

    [Fact]
    public async Task Probes_and_the_autoscaler_ask_for_what_is_served()
    {
        var container = Container();
        foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
        {
            using var http = new HttpClient { BaseAddress = host.Address };
            using var answer = await http.GetAsync(container.Map(probe).Map("httpGet").Text("path"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        var trigger = ((YamlMappingNode)DockerFiles.Objects("ScaledObject").Single().Map("spec").List("triggers").Single()).Map("metadata");
        var scale = await host.Operator().Get(new Uri(trigger.Text("url")!).AbsolutePath);
        Assert.True(scale.Json[trigger.Text("valueLocation")!]!.GetValue<int>() >= 1);
    }

    [Fact]
    public void Objects_point_at_each_other()
    {
        var labels = DockerFiles.Objects("Deployment").Single().Map("spec").Map("template").Map("metadata").Map("labels");
        YamlMappingNode[] selectors =
        [
            DockerFiles.Objects("Deployment").Single().Map("spec").Map("selector").Map("matchLabels"),
            DockerFiles.Objects("Service").Single().Map("spec").Map("selector"),
            DockerFiles.Objects("PodDisruptionBudget").Single().Map("spec").Map("selector").Map("matchLabels"),
            DockerFiles.Objects("NetworkPolicy").Single().Map("spec").Map("podSelector").Map("matchLabels"),
        ];
        Assert.All(selectors, selector => Assert.Equal(labels, selector));
        var name = DockerFiles.Objects("Deployment").Single().Map("metadata").Text("name");
        Assert.Equal(name, DockerFiles.Objects("ScaledObject").Single().Map("spec").Map("scaleTargetRef").Text("name"));
        var sources = Container().List("envFrom").Cast<YamlMappingNode>().ToList();
        Assert.Equal(DockerFiles.Objects("ConfigMap").Single().Map("metadata").Text("name"), sources[0].Map("configMapRef").Text("name"));
        Assert.Equal(DockerFiles.Objects("Secret").Single().Map("metadata").Text("name"), sources[1].Map("secretRef").Text("name"));
        var listed = DockerFiles.Objects("Kustomization").Single().List("resources").Select(resource => "kubernetes/" + resource);
        Assert.Equal(
            DockerFiles.Manifests.Except(["kubernetes/kustomization.yaml", "kubernetes/secret.example.yaml"], StringComparer.Ordinal).Order(StringComparer.Ordinal),
            listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Silos_in_containers_have_no_rights_and_time_to_drain()
    {
        var pod = DockerFiles.Objects("Deployment").Single().Map("spec").Map("template").Map("spec");
        Assert.Equal("true", pod.Map("securityContext").Text("runAsNonRoot"));
        var rights = Container().Map("securityContext");
        Assert.Equal(("true", "false"), (rights.Text("readOnlyRootFilesystem"), rights.Text("allowPrivilegeEscalation")));
        foreach (var name in (string[])["silo", "nginx", "pgbouncer"])
        {
            var service = DockerFiles.Services.Map(name);
            Assert.Equal("true", service.Text("read_only"));
            Assert.Equal(["ALL"], service.List("cap_drop").Select(right => right.ToString()));
        }

        var config = DockerFiles.Objects("ConfigMap").Single().Map("data");
        var needed = Time(config.Text("StyleShare__Silo__DrainFor")) + Time(config.Text("StyleShare__Silo__StopTimeout"));
        Assert.True(TimeSpan.FromSeconds(int.Parse(pod.Text("terminationGracePeriodSeconds")!, null)) > needed);
        var compose = DockerFiles.Services.Map("silo");
        var grace = TimeSpan.FromSeconds(int.Parse(compose.Text("stop_grace_period")!.TrimEnd('s'), null));
        Assert.True(grace > TimeSpan.FromSeconds(5) + Time(compose.Map("environment").Text("StyleShare__Silo__StopTimeout")));
    }

    [Fact]
    public void Compose_names_only_what_is_there()
    {
        var services = DockerFiles.Services;
        Assert.All(services.Children.Values.Cast<YamlMappingNode>(), service =>
        {
            if (service.Children.TryGetValue("depends_on", out var others))
            {
                var names = others is YamlMappingNode mapping ? mapping.Children.Keys : (IEnumerable<YamlNode>)(YamlSequenceNode)others;
                Assert.All(names, other => Assert.Contains(other, services.Children.Keys));
            }

            if (service.Text("env_file") is { } file)
                Assert.True(File.Exists(Path.Combine(DockerFiles.Folder, "example" + file)), file);
        });
        Assert.True(File.Exists(Path.Combine(DockerFiles.Folder, "pgbouncer/Dockerfile")));
        Assert.True(File.Exists(Path.Combine(DockerFiles.Folder, "nginx/balance")));
        var asked = VariablesOf(File.ReadAllText(Path.Combine(DockerFiles.Folder, "compose.yaml")));
        var given = File.ReadAllLines(Path.Combine(DockerFiles.Folder, "example.env")).Select(line => line.Split('=')[0]);
        Assert.Empty(asked.Except(given, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_live_stream_of_the_api_is_one_to_nginx()
    {
        var document = (await host.Anonymous().Get("/openapi/v1.json")).Json;
        var paths = document["paths"]!.AsObject()
            .Where(path => path.Value!["get"]?["responses"]?["200"]?["content"]?["text/event-stream"] is not null)
            .Select(path => path.Key.Replace("{id}", "0199d1a6-3000-7f65-9b7a-be6c7d8e9fab", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(paths);
        var pattern = Regex.Match(
            await File.ReadAllTextAsync(Path.Combine(DockerFiles.Folder, "nginx/nginx.conf")), @"~(?<path>\^/v1/\S+)\s+1;", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["path"].Value;
        Assert.All(paths, path => Assert.Matches(pattern, path));
    }

    [Theory]
    [InlineData("run")]
    [InlineData("silo/many")]
    [InlineData("docker/roll")]
    [InlineData("docker/nginx/balance")]
    [InlineData("docker/pgbouncer/start")]
    public async Task Scripts_can_be_read(string script)
    {
        using var shell = Process.Start("bash", ["-n", Path.Combine(Checkout.Folder, script)]);
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private static YamlMappingNode Container() =>
        (YamlMappingNode)DockerFiles.Objects("Deployment").Single().Map("spec").Map("template").Map("spec").List("containers").Single();

    private static TimeSpan Time(string? text) => TimeSpan.Parse(text!, null);

    private static string Number(string text, string pattern) => Regex.Match(text, pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["number"].Value;

    // Those without a default, which Compose takes from .env; "$$" is a dollar sign.
    private static IEnumerable<string> VariablesOf(string compose) =>
        Regex.Matches(compose, @"(?<!\$)\$\{(?<name>\w+)\}", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(match => match.Groups["name"].Value);

    private static string Key(string name) => name.Replace("__", ":", StringComparison.Ordinal);

    // Builds a silo with these settings, has it look at all that it looks at before it starts, and writes down what it reads.
    private static async Task<HashSet<string>> Read(IEnumerable<string> names)
    {
        var source = new Watched(names.Select(Key));
        await using var app = SiloHost.Build([], builder => ((IConfigurationBuilder)builder.Configuration).Add(source));
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.Services.GetRequiredService<NpgsqlDataSource>();
        return [.. source.Read.Keys];
    }

    /// <summary>Says of each setting a value that is fine, and knows which were asked for.</summary>
    private sealed class Watched : ConfigurationProvider, IConfigurationSource
    {
        public Watched(IEnumerable<string> keys)
        {
            foreach (var key in keys)
                Data[key] = Value(key);
            Data["StyleShare:Storage:Pooler"] = "Transaction";
            Data["ConnectionStrings:StyleShare"] = Data["ConnectionStrings:StyleShareDirect"] = "Host=127.0.0.1;Database=x;Username=x";
        }

        public ConcurrentDictionary<string, bool> Read { get; } = new(StringComparer.OrdinalIgnoreCase);

        public override bool TryGet(string key, out string? value)
        {
            Read[key] = true;
            return base.TryGet(key, out value);
        }

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        private static string Value(string key)
        {
            if (DockerFiles.Settings().FirstOrDefault(setting => Key(setting.Name) == key && setting.Value.Length > 0).Value is { } given
                && !given.Contains('$', StringComparison.Ordinal) && !given.Contains("CHANGE", StringComparison.Ordinal))
                return given;
            return key switch
            {
                "StyleShare:Silo:Address" => "127.0.0.1",
                _ => new string('x', 40),
            };
        }
    }
}
