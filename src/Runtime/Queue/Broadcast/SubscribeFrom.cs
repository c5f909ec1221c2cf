using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue;

/// <summary>Where a subscription begins. The default is <see cref="Oldest"/>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SubscribeFrom
{
    private enum Place
    {
        Oldest,
        Latest,
        Given,
    }

    private readonly Place _place;
    private readonly long _position;

    private SubscribeFrom(Place place, long position)
    {
        _place = place;
        _position = position;
    }

    /// <summary>
    /// At the oldest message that the queue still keeps: up to a lap of the ring, or as old as <see cref="ShmQueueOptions.Retention"/>
    /// allows.
    /// </summary>
    public static SubscribeFrom Oldest => default;

    /// <summary>After the last message that any subscriber could have taken by now: what is sent from now on.</summary>
    public static SubscribeFrom Latest => new(Place.Latest, 0);

    /// <summary>At a position, as a subscription's <c>Position</c> tells it; 0 is the first message ever sent.</summary>
    /// <remarks>
    /// It must be kept still, and no position before it may be unsent: no subscription has come to what is behind a message that is being
    /// written.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static SubscribeFrom Position(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        return new(Place.Given, position);
    }

    internal bool IsOldest => _place == Place.Oldest;

    internal bool IsPosition(out long position)
    {
        position = _position;
        return _place == Place.Given;
    }

    /// <summary>The name of the place, or the position.</summary>
    public override string ToString() =>
        _place == Place.Given ? string.Create(CultureInfo.InvariantCulture, $"position {_position}") : $"{_place}";
}
