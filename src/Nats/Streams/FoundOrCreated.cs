using System.Runtime.ExceptionServices;
using NATS.Client.JetStream;

namespace TypedShmQueue.Nats.Streams;

/// <summary>What a bridge needs of the server and creates if it is not there: a stream, a consumer, a bucket.</summary>
internal static class FoundOrCreated
{
    private const int NotFound = 404;

    /// <summary>
    /// Finds it, or creates it. Of several bridges that create it at once, the server may refuse all but one, although they ask for the
    /// same: so a bridge that is refused looks once more.
    /// </summary>
    /// <exception cref="NatsJSApiException">It is not there, and the server refuses to create it.</exception>
    public static async Task<T> GetAsync<T>(Func<ValueTask<T>> find, Func<ValueTask<T>> create)
        where T : class
    {
        if (await TryFindAsync(find).ConfigureAwait(false) is { } there) return there;
        try
        {
            return await create().ConfigureAwait(false);
        }
        catch (NatsJSApiException refused)
        {
            if (await TryFindAsync(find).ConfigureAwait(false) is { } another) return another;
            ExceptionDispatchInfo.Throw(refused);
            throw;
        }
    }

    private static async Task<T?> TryFindAsync<T>(Func<ValueTask<T>> find)
        where T : class
    {
        try
        {
            return await find().ConfigureAwait(false);
        }
        catch (NatsJSApiException e) when (e.Error.Code == NotFound)
        {
            return null;
        }
    }
}
