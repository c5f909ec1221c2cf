using TypedShmQueue.Testing.Docs;

namespace TypedShmQueue.Package.Tests;

/// <summary>
/// A program that references the hosting package and nothing else of ours: both ends of a queue in hosts, in two processes.
/// </summary>
[Collection(PackageTests.Name)]
public sealed class HostedTests(Feed feed)
{
    [Fact]
    public void A_hosted_handler_gets_what_another_process_sends()
    {
        string folder = feed.NewFolder();
        foreach (string file in Directory.GetFiles(Repository.PathOf("tests/Package.Tests/Assets/Hosted")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        feed.Dotnet(folder, "build", "-warnaserror", $"-p:TypedShmQueueVersion={feed.Version}",
            $"-p:ExtensionsVersion={Repository.ExtensionsVersion}");

        string program = Path.Combine("bin", "Debug", "net10.0", "Hosted.dll");
        string name = ShmQueueName.NewUnique();
        try
        {
            using Command consumer = feed.Start(folder, Command.Dotnet, program, "consume", name);
            using Command producer = feed.Start(folder, Command.Dotnet, program, "produce", name);
            producer.Finish().ShouldBe("produced 1000, Healthy\n");
            consumer.Finish().ShouldBe("consumed 1000, sum 500500\n");
        }
        finally
        {
            QueueFiles.Delete(name, options: null);
        }
    }

    /// <summary>Whichever patch version a program has pinned: here the oldest, exactly; the program above has the newest.</summary>
    [Fact]
    public void A_program_with_another_patch_version_of_the_host_restores_and_builds()
    {
        string folder = feed.NewFolder();
        File.WriteAllText(Path.Combine(folder, "Pinned.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TypedShmQueue.Hosting" Version="{feed.Version}" />
                <PackageReference Include="Microsoft.Extensions.Configuration.Binder" Version="[{Repository.MinimumExtensionsVersion}]" />
                <PackageReference Include="Microsoft.Extensions.Diagnostics.HealthChecks"
                  Version="[{Repository.MinimumExtensionsVersion}]" />
                <PackageReference Include="Microsoft.Extensions.Hosting.Abstractions" Version="[{Repository.MinimumExtensionsVersion}]" />
                <PackageReference Include="Microsoft.Extensions.Options" Version="[{Repository.MinimumExtensionsVersion}]" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Job.cs"), """
            using Microsoft.Extensions.DependencyInjection;
            using TypedShmQueue;

            [ShmQueue]
            public struct Job
            {
                public long Number;
            }

            public static class Registration
            {
                public static IServiceCollection Add(IServiceCollection services) => services.AddShmQueue<JobQueue>("jobs");
            }
            """);
        feed.Dotnet(folder, "build", "-warnaserror");
    }

    [Fact]
    public void The_program_of_the_readme_of_the_package_builds_with_the_packages_that_it_names()
    {
        string folder = feed.NewFolder();
        File.WriteAllText(Path.Combine(folder, "Program.cs"),
            DocumentedFiles.Of(File.ReadAllText(Repository.PathOf("src/Hosting/PACKAGE.md")))["Program.cs"]);
        File.Copy(Repository.PathOf("tests/Package.Tests/Assets/Hosted/Hosted.csproj"), Path.Combine(folder, "Hosted.csproj"));
        feed.Dotnet(folder, "build", "-warnaserror", $"-p:TypedShmQueueVersion={feed.Version}",
            $"-p:ExtensionsVersion={Repository.ExtensionsVersion}");
    }

    /// <summary>The first day: the files of the page, written as they stand into an empty folder, built and run.</summary>
    [Fact]
    public void The_programs_of_the_page_exchange_messages()
    {
        string folder = feed.NewFolder();
        string name = ShmQueueName.NewUnique();
        foreach ((string path, string text) in DocumentedFiles.Of(File.ReadAllText(Repository.PathOf("docs/hosting.md"))))
        {
            // The page names the versions of the day; here they are this run's, and the queue is nobody else's.
            string file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text
                .Replace($"Include=\"TypedShmQueue.Hosting\" Version=\"{Repository.Version}\"",
                    $"Include=\"TypedShmQueue.Hosting\" Version=\"{feed.Version}\"", StringComparison.Ordinal)
                .Replace("Include=\"Microsoft.Extensions.Hosting\" Version=\"10.0.0\"",
                    $"Include=\"Microsoft.Extensions.Hosting\" Version=\"{Repository.ExtensionsVersion}\"", StringComparison.Ordinal)
                .Replace("\"trades\"", $"\"{name}\"", StringComparison.Ordinal));
        }

        // "With the project file of the one above under another name", says the page.
        Directory.GetFiles(folder, "*.csproj", SearchOption.AllDirectories).ShouldHaveSingleItem().ShouldEndWith("Billing/Billing.csproj");
        File.Copy(Path.Combine(folder, "Billing/Billing.csproj"), Path.Combine(folder, "Desk/Desk.csproj"));
        File.WriteAllText(Path.Combine(folder, "App.slnx"),
            """<Solution><Project Path="Billing/Billing.csproj" /><Project Path="Desk/Desk.csproj" /></Solution>""");
        feed.Dotnet(folder, "build", "App.slnx", "-warnaserror");

        try
        {
            using Command billing = feed.Start(Path.Combine(folder, "Billing"), Command.Dotnet, "bin/Debug/net10.0/Billing.dll");
            billing.WaitFor($"TradeHandler takes from the queue '{name}', with up to 4 calls at the same time.");
            using Command desk = feed.Start(Path.Combine(folder, "Desk"), Command.Dotnet, "bin/Debug/net10.0/Desk.dll");
            desk.Finish();
            billing.WaitFor("TSQ at 99.5", times: 3);
            billing.Terminate();
            string said = billing.Finish();
            said.ShouldContain($"The queue '{name}' is open; it holds 0 of 8192 messages.",
                customMessage: "the capacity is that of appsettings.json");
            said.ShouldContain("handled 3 messages and failed on 0");
        }
        finally
        {
            QueueFiles.Delete(name, options: null);
        }
    }
}
