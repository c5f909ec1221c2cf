using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace TypedShmQueue.Package.Tests;

/// <summary>What is in the packages: no more and no less than is meant.</summary>
[Collection(PackageTests.Name)]
public sealed class ContentTests(Feed feed)
{
    [Fact]
    public void The_package_has_the_runtime_its_analyzers_and_what_people_read()
    {
        using ZipArchive package = feed.Open("TypedShmQueue");

        Entries(package).Where(static entry => !entry.StartsWith("docs/", StringComparison.Ordinal)).ShouldBe(
        [
            "CHANGELOG.md",
            "README.md",
            "TypedShmQueue.nuspec",
            "analyzers/dotnet/cs/TypedShmQueue.CodeFixes.dll",
            "analyzers/dotnet/cs/TypedShmQueue.Generator.dll",
            "icon.png",
            "lib/net10.0/TypedShmQueue.dll",
            "lib/net10.0/TypedShmQueue.xml",
            "runtimes/linux-arm64/lib/net10.0/TypedShmQueue.dll",
            "runtimes/linux-x64/lib/net10.0/TypedShmQueue.dll",
            "runtimes/win-x64/lib/net10.0/TypedShmQueue.dll",
        ]);
        Read(package, "README.md").ShouldBe(File.ReadAllText(Repository.PathOf("src/Runtime/PACKAGE.md")));
        Read(package, "lib/net10.0/TypedShmQueue.xml").ShouldContain("T:TypedShmQueue.ShmQueueAttribute");
    }

    [Fact]
    public void The_package_has_the_page_of_every_rule_and_the_pages_that_it_leads_to()
    {
        using ZipArchive package = feed.Open("TypedShmQueue");
        string[] entries = Entries(package);
        string[] pages = [.. entries.Where(static entry => entry.StartsWith("docs/diagnostics/", StringComparison.Ordinal))];

        pages.ShouldBe(Directory.GetFiles(Repository.PathOf("docs/diagnostics"))
            .Select(static file => "docs/diagnostics/" + Path.GetFileName(file)).Order(StringComparer.Ordinal));
        pages.Length.ShouldBeGreaterThan(30);
        foreach (string page in pages)
        {
            foreach (Match link in Regex.Matches(Read(package, page), @"\]\((?!https?:)(?<page>[^)#]+)(#[^)]*)?\)",
                RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10)))
            {
                string target = Path.GetRelativePath("/", Path.GetFullPath(link.Groups["page"].Value, "/docs/diagnostics"));
                entries.Contains(target, StringComparer.Ordinal).ShouldBeTrue($"{page} leads to {target}");
            }
        }
    }

    /// <summary>
    /// One property says where the project lives, and everything that names the place follows it; without it nothing leads nowhere.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("https://example.org/queue")]
    public void Every_link_is_made_of_the_one_property_that_the_owner_sets(string url)
    {
        string folder = feed.NewFolder();
        feed.Pack("src/Runtime", folder, $"-p:PackageProjectUrl={url}");
        using ZipArchive package = ZipFile.OpenRead(Path.Combine(folder, Path.GetFileName(feed.PathOf("TypedShmQueue"))));
        XElement about = About(package, "TypedShmQueue");
        string? Said(string name) => about.Element(about.Name.Namespace + name)?.Value;
        string analyzers = Encoding.UTF8.GetString(Bytes(package, "analyzers/dotnet/cs/TypedShmQueue.Generator.dll"));

        if (url.Length == 0)
        {
            Said("projectUrl").ShouldBeNull();
            Said("releaseNotes").ShouldBeNull();
            about.Element(about.Name.Namespace + "repository")?.Attribute("url").ShouldBeNull();
            analyzers.ShouldNotContain("/docs/diagnostics/");
        }
        else
        {
            Said("projectUrl").ShouldBe(url);
            Said("releaseNotes").ShouldBe(url + "/blob/main/CHANGELOG.md");
            about.Element(about.Name.Namespace + "repository")?.Attribute("url")?.Value.ShouldBe(url);
            analyzers.ShouldContain(url + "/blob/main/docs/diagnostics/");
        }
    }

    [Fact]
    public void The_symbols_travel_in_a_package_of_their_own()
    {
        using ZipArchive symbols = feed.Open("TypedShmQueue", "snupkg");

        Entries(symbols).ShouldBe(["TypedShmQueue.nuspec", "lib/net10.0/TypedShmQueue.pdb"]);
    }

    [Fact]
    public void The_package_says_what_it_is_and_depends_on_nothing()
    {
        XElement about = About("TypedShmQueue");
        string? Said(string name) => about.Element(about.Name.Namespace + name)?.Value;

        Said("id").ShouldBe("TypedShmQueue");
        Said("version").ShouldBe(feed.Version);
        Said("license").ShouldBe("MIT");
        Said("icon").ShouldBe("icon.png");
        Said("readme").ShouldBe("README.md");
        Said("description").ShouldNotBeNullOrWhiteSpace();
        about.Descendants(about.Name.Namespace + "dependency").ShouldBeEmpty();
        about.Descendants(about.Name.Namespace + "group").Single().Attribute("targetFramework")?.Value.ShouldBe("net10.0");
    }

    [Fact]
    public void Hosting_brings_the_runtime_and_what_it_stands_on_and_hides_nothing_of_it()
    {
        using ZipArchive package = feed.Open("TypedShmQueue.Hosting");

        Entries(package).ShouldBe(["README.md", "TypedShmQueue.Hosting.nuspec", "icon.png", "lib/net10.0/TypedShmQueue.Hosting.dll",
            "lib/net10.0/TypedShmQueue.Hosting.xml"]);
        Read(package, "README.md").ShouldBe(File.ReadAllText(Repository.PathOf("src/Hosting/PACKAGE.md")));
        XElement about = About("TypedShmQueue.Hosting");
        Dictionary<string, XElement> dependencies = about.Descendants(about.Name.Namespace + "dependency")
            .ToDictionary(one => one.Attribute("id")!.Value, StringComparer.Ordinal);
        dependencies.Keys.Order(StringComparer.Ordinal).ShouldBe(
        [
            "Microsoft.Extensions.Configuration.Binder",
            "Microsoft.Extensions.Diagnostics.HealthChecks",
            "Microsoft.Extensions.Hosting.Abstractions",
            "Microsoft.Extensions.Options",
            "TypedShmQueue",
        ]);
        dependencies["TypedShmQueue"].Attribute("version")?.Value.ShouldBe(feed.Version);
        // Left out of a dependency are, unless one says otherwise, its analyzers: here, the generator.
        dependencies["TypedShmQueue"].Attribute("exclude").ShouldBeNull();
    }

    [Fact]
    public void The_bridge_brings_the_runtime_and_the_client()
    {
        using ZipArchive package = feed.Open("TypedShmQueue.Nats");

        Entries(package).ShouldBe(["README.md", "TypedShmQueue.Nats.nuspec", "icon.png", "lib/net10.0/TypedShmQueue.Nats.dll",
            "lib/net10.0/TypedShmQueue.Nats.xml"]);
        XElement about = About("TypedShmQueue.Nats");
        about.Descendants(about.Name.Namespace + "dependency").Select(static one => one.Attribute("id")!.Value)
            .Order(StringComparer.Ordinal).ShouldBe(
            [
                "Microsoft.Extensions.Diagnostics.HealthChecks",
                "Microsoft.Extensions.Hosting.Abstractions",
                "Microsoft.Extensions.Logging.Abstractions",
                "NATS.Client.JetStream",
                "NATS.Client.KeyValueStore",
                "TypedShmQueue",
            ]);
    }

    [Theory]
    [InlineData("TypedShmQueue")]
    [InlineData("TypedShmQueue.Hosting")]
    [InlineData("TypedShmQueue.Nats")]
    [InlineData("TypedShmQueue.Templates")]
    [InlineData("shmq")]
    public void A_package_pins_no_version_of_another(string id)
    {
        XElement about = About(id);
        foreach (XElement dependency in about.Descendants(about.Name.Namespace + "dependency"))
        {
            string name = dependency.Attribute("id")!.Value, version = dependency.Attribute("version")!.Value;
            // A bare version is a minimum; anything else has an end.
            version.ShouldBe(name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                ? Repository.MinimumExtensionsVersion
                : name.StartsWith("NATS.", StringComparison.Ordinal) ? Repository.NatsVersion : feed.Version, $"{id} depends on {name}");
        }
    }

    [Fact]
    public void The_templates_are_the_files_of_the_tree()
    {
        string folder = Repository.PathOf("templates");
        IEnumerable<string> files = Directory.EnumerateFiles(Path.Combine(folder, "shmqueue"), "*",
            new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(file => "content/" + Path.GetRelativePath(folder, file));
        using ZipArchive templates = feed.Open("TypedShmQueue.Templates");

        Entries(templates).ShouldBe(files.Concat(["README.md", "TypedShmQueue.Templates.nuspec", "icon.png"])
            .Order(StringComparer.Ordinal));
        XElement about = About("TypedShmQueue.Templates");
        about.Descendants(about.Name.Namespace + "packageType").Single().Attribute("name")?.Value.ShouldBe("Template");
    }

    [Fact]
    public void Packed_twice_from_a_clean_tree_every_assembly_is_the_same_to_the_byte()
    {
        string again = feed.NewFolder();
        feed.Pack("src/Runtime", again);
        using ZipArchive first = feed.Open("TypedShmQueue");
        using ZipArchive second = ZipFile.OpenRead(Path.Combine(again, Path.GetFileName(feed.PathOf("TypedShmQueue"))));

        string[] assemblies = [.. Entries(first).Where(entry => entry.EndsWith(".dll", StringComparison.Ordinal))];
        assemblies.ShouldNotBeEmpty();
        foreach (string assembly in assemblies)
            Bytes(second, assembly).AsSpan().SequenceEqual(Bytes(first, assembly))
                .ShouldBeTrue($"{assembly} differs from one packing to the next.");
    }

    // The form's own entries (relations, types, properties) are left out: every package has them.
    private static string[] Entries(ZipArchive package) =>
        [.. package.Entries.Select(entry => entry.FullName)
            .Where(entry =>
                !entry.StartsWith("_rels/", StringComparison.Ordinal) && !entry.StartsWith("package/services/", StringComparison.Ordinal)
                && entry is not "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];

    private static byte[] Bytes(ZipArchive package, string entry)
    {
        using Stream stream = package.GetEntry(entry)!.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string Read(ZipArchive package, string entry)
    {
        using StreamReader reader = new(package.GetEntry(entry)!.Open());
        return reader.ReadToEnd();
    }

    private XElement About(string id)
    {
        using ZipArchive package = feed.Open(id);
        return About(package, id);
    }

    private static XElement About(ZipArchive package, string id)
    {
        XElement root = XElement.Parse(Read(package, id + ".nuspec"));
        return root.Element(root.Name.Namespace + "metadata")!;
    }
}
