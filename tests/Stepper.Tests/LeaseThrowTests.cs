using System.Globalization;
using TypedShmQueue.Stepper.Tests.Calls;
using TypedShmQueue.Testing;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>
/// Whole calls under leases on a real queue: each throws at its k-th step that can (an entry is listed, the system is asked who lives, a
/// timer is started, a dead letter is sent), for all k until it comes through. No message and no entry may be lost.
/// </summary>
public sealed class LeaseThrowTests(ITestOutputHelper output)
{
    [RepairTheory]
    [InlineData("take first", 2)]
    [InlineData("take one more", 3)]
    [InlineData("give back later", 1)]
    [InlineData("reject", 1)]
    public void Call_that_throws_loses_nothing(string operation, int steps)
    {
        int failing = 1;
        while (Throws(operation, failing, withoutRepair: null)) failing++;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{failing - 1} steps"));
        (failing - 1).ShouldBeGreaterThanOrEqualTo(steps);
    }

    /// <summary>Each of these leaves a repair out that is due when a call threw, and must be found.</summary>
    [RepairTheory]
    [InlineData("take one more", "lease: entry of a take")]
    [InlineData("give back later", "lease: delayed return")]
    public void Repair_that_is_left_out_is_found(string operation, string repair)
    {
        InvalidOperationException found = Should.Throw<InvalidOperationException>(() =>
        {
            for (int failing = 1; Throws(operation, failing, repair); failing++)
            {
                // The next step.
            }
        });
        output.WriteLine(found.Message);
    }

    private static bool Throws(string operation, int failing, string? withoutRepair)
    {
        using LeaseRig rig = new();
        TypedLease<Parcel> lease = default;
        if (operation is not "take first") lease = rig.Queue.Take(default);
        TypedLease<Parcel> second = default;
        bool threw = LeaseRig.Throws(failing, () => Make(), withoutRepair);
        // What the call took is in hand; what it did not settle still is.
        foreach (TypedLease<Parcel> open in new[] { lease, second }) open.Dispose();
        rig.Check();
        return threw;

        void Make()
        {
            switch (operation)
            {
                case "take first":
                    // Long after the last look for the dead, so that this one looks.
                    second = rig.Queue.Take(default);
                    break;
                case "take one more":
                    Thread.Sleep(60);
                    second = rig.Queue.Take(default);
                    break;
                case "give back later":
                    lease.Abandon(TimeSpan.FromMilliseconds(1));
                    Worker.WaitUntil(() => rig.Queue.Count == LeaseRig.Messages + 1 && rig.Queue.GetStatistics().Groups[0].GivenBack == 1,
                        "a delayed return");
                    break;
                case "reject":
                    lease.Reject();
                    break;
                default: throw new NotSupportedException(operation);
            }
        }
    }
}
