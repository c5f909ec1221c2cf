using Microsoft.Extensions.Hosting;
using TypedShmQueue.Hosting;

namespace TypedShmQueue.Samples.Worker;

/// <summary>Bills one order; made anew for each. An order without an amount cannot be billed and becomes a dead letter.</summary>
internal sealed class BillingHandler(Totals totals, Shift shift, IHostApplicationLifetime lifetime) : IShmQueueHandler<Order>
{
    public async ValueTask HandleAsync(Order message, CancellationToken cancellationToken)
    {
        if (message.Cents == 0) throw new InvalidDataException($"Order {message.Number} of {message.Customer} has no amount.");
        await Task.Delay(1, cancellationToken); // a data base, perhaps
        totals.Add(message);
        if (shift.IsOver(totals.Orders)) lifetime.StopApplication();
    }
}

/// <summary>How long a host bills.</summary>
internal sealed class Shift(bool leavesEarly)
{
    private const int EarlyEnd = 700;

    public bool IsOver(long orders) => leavesEarly && orders >= EarlyEnd;
}
