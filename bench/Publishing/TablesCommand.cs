using TypedShmQueue.Bench.Reporting;

namespace TypedShmQueue.Bench.Publishing;

/// <summary><c>bench -- tables</c>: writes the tables of the pages from docs/performance.json, or says which are not as it says.</summary>
internal static class TablesCommand
{
    public static int Run(bool check, FileInfo? import, string name)
    {
        Results results = Results.Read(Places.Repository);
        if (import != null)
        {
            results = results.With(Import.Of(ResultFile.Read(import.FullName), name));
            Console.WriteLine($"{Results.Path}: the run '{name}' is that of {import.Name}");
        }

        // Also without an import: what an editor did to the form of the file is no difference.
        if (!check) results.Write(Places.Repository);

        int different = 0;
        foreach (string page in PublishedPages.Published)
        {
            string path = Path.Combine(Places.Repository, page);
            string today = File.ReadAllText(path);
            string written = PublishedPages.Render(today, results);
            bool same = Results.Is(today, written);
            if (!same) different++;
            if (!same && !check) File.WriteAllText(path, written);
            Console.WriteLine($"{page}: {(same ? "as it was" : check ? $"differs from {Results.Path}" : "written")}");
        }

        return check && different > 0 ? 1 : 0;
    }
}
