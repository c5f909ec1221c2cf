using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace TypedShmQueue.Package.Tests;

/// <summary>The runtime that is compiled ahead of time for some platforms, and the portable one that everybody else gets.</summary>
[Collection(PackageTests.Name)]
public sealed class PrecompiledTests(Feed feed)
{
    private const string Portable = "lib/net10.0/TypedShmQueue.dll";

    public static TheoryData<string> Platforms => ["linux-x64", "linux-arm64", "win-x64"];

    [Theory]
    [MemberData(nameof(Platforms))]
    public void The_package_has_the_same_assembly_with_machine_code(string platform)
    {
        using ZipArchive package = feed.Open("TypedShmQueue");
        using PEReader portable = Read(package, Portable);
        using PEReader compiled = Read(package, $"runtimes/{platform}/{Portable}");

        portable.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size.ShouldBe(0);
        compiled.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size.ShouldBeGreaterThan(0);
        Id(compiled).ShouldBe(Id(portable), "compiled of this very assembly");
    }

    /// <summary>
    /// A user's program, built for any platform. It loads what its platform has, and so compiles none of what the message does not
    /// matter to; and with the portable assembly in its place it does the same, and compiles.
    /// </summary>
    [Fact]
    public void A_restored_program_loads_what_its_platform_has()
    {
        if (Repository.Platform is not ("linux-x64" or "linux-arm64" or "win-x64")) return; // the portable one is loaded
        string folder = feed.NewFolder();
        File.WriteAllText(Path.Combine(folder, "Once.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="TypedShmQueue" Version="{feed.Version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """
            using TypedShmQueue;

            using OrderQueue queue = OrderQueue.Create(ShmQueueName.NewUnique());
            queue.Enqueue(new Order { Id = 7 });
            Console.WriteLine($"{queue.Dequeue().Id} by {typeof(ShmQueueAttribute).Assembly.Location}");
            queue.Delete();

            [ShmQueue]
            public struct Order
            {
                public long Id;
            }
            """);
        feed.Dotnet(folder, "build", "-warnaserror");
        string output = Path.Combine(folder, "bin", "Debug", "net10.0");
        string library = Path.Combine(output, "runtimes", Repository.Platform, "lib", "net10.0", "TypedShmQueue.dll");

        string[] compiled = Run(folder, output, library);
        compiled.ShouldContain(static method => method.Contains("RingCore", StringComparison.Ordinal), "of the user's own message");
        compiled.ShouldNotContain(static method => method.Contains("Session:TryCreate", StringComparison.Ordinal));

        File.Copy(Path.Combine(output, "TypedShmQueue.dll"), library, overwrite: true);
        Run(folder, output, library).ShouldContain(static method => method.Contains("Session:TryCreate", StringComparison.Ordinal));
    }

    /// <summary>Runs the program. The methods that it compiled.</summary>
    private static string[] Run(string folder, string output, string library)
    {
        string list = Path.Combine(folder, "compiled");
        Dictionary<string, string> environment = new(StringComparer.Ordinal)
        {
            ["DOTNET_JitStdOutFile"] = list, ["DOTNET_JitDisasmSummary"] = "1",
        };
        using Command program = Command.Start(folder, environment, Command.Dotnet, [Path.Combine(output, "Once.dll")]);
        program.Finish().ShouldBe($"7 by {library}\n");
        string[] compiled = File.ReadAllLines(list);
        File.Delete(list);
        return compiled;
    }

    private static Guid Id(PEReader assembly)
    {
        MetadataReader metadata = assembly.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }

    private static PEReader Read(ZipArchive package, string entry)
    {
        using Stream stream = package.GetEntry(entry)!.Open();
        MemoryStream content = new();
        stream.CopyTo(content);
        content.Position = 0;
        return new PEReader(content);
    }
}
