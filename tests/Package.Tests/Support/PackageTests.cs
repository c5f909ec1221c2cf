namespace TypedShmQueue.Package.Tests.Support;

/// <summary>All tests of the packages share one packing.</summary>
[CollectionDefinition(Name)]
public sealed class PackageTests : ICollectionFixture<Feed>
{
    public const string Name = "Packages";
}
