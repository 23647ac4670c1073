using System.Collections.Immutable;
using StyleShare.Points;

namespace StyleShare.Tests.Points;

/// <summary>A member's account as a child would keep it: every point is a thing of its own.</summary>
internal sealed class NaiveAccount
{
    private readonly List<Point> _points = [];
    private readonly Dictionary<Guid, DateTimeOffset> _holds = [];

    public long Owed { get; private set; }

    public long Redeemed { get; private set; }

    public long Expired { get; private set; }

    public long Balance => _points.Count;

    public long Held => _points.Count(point => point.Hold is not null);

    public IEnumerable<Guid> Holds => _holds.Keys;

    public ImmutableArray<LotPart> Lots =>
    [
        .. _points.GroupBy(point => point.Until).Select(lot => new LotPart(lot.Key, lot.Count()))
            .OrderBy(lot => lot.ExpiresAt ?? DateTimeOffset.MaxValue),
    ];

    public long Available(DateTimeOffset now) => Free(now).Count();

    public void Credit(DateTimeOffset? until, long points)
    {
        for (var i = 0; i < points; i++)
            _points.Add(new Point(until));
    }

    public void Tick(DateTimeOffset now)
    {
        foreach (var over in _holds.Where(hold => hold.Value <= now).Select(hold => hold.Key).ToList())
            Release(over);
        Expired += _points.RemoveAll(point => point.Hold is null && point.Until <= now);
        Owed -= Spend(Math.Min(Owed, Available(now)), now).Count;
    }

    public bool Hold(Guid id, long points, DateTimeOffset now, DateTimeOffset until)
    {
        if (Available(now) < points)
            return false;
        foreach (var point in Free(now).Take((int)points).ToList())
            point.Hold = id;
        _holds.Add(id, until);
        return true;
    }

    public bool Capture(Guid id, long points)
    {
        var held = _points.Where(point => point.Hold == id).OrderBy(End).ToList();
        if (!_holds.ContainsKey(id) || held.Count < points)
            return false;
        foreach (var point in held.Take((int)points))
            _points.Remove(point);
        Redeemed += points;
        Release(id);
        return true;
    }

    public bool Void(Guid id)
    {
        if (!_holds.ContainsKey(id))
            return false;
        Release(id);
        return true;
    }

    /// <summary>Takes points away; their ends.</summary>
    public List<DateTimeOffset?> Spend(long points, DateTimeOffset now)
    {
        var spent = Free(now).Take((int)points).ToList();
        foreach (var point in spent)
            _points.Remove(point);
        return [.. spent.Select(point => point.Until)];
    }

    public (long Taken, long Owed) ClawBack(long points, DateTimeOffset now)
    {
        var taken = Spend(Math.Min(points, Available(now)), now).Count;
        Owed += points - taken;
        return (taken, points - taken);
    }

    private void Release(Guid id)
    {
        foreach (var point in _points.Where(point => point.Hold == id))
            point.Hold = null;
        _holds.Remove(id);
    }

    private IEnumerable<Point> Free(DateTimeOffset now) =>
        _points.Where(point => point.Hold is null && !(point.Until <= now)).OrderBy(End);

    private static DateTimeOffset End(Point point) => point.Until ?? DateTimeOffset.MaxValue;

    private sealed class Point(DateTimeOffset? until)
    {
        public DateTimeOffset? Until { get; } = until;

        public Guid? Hold { get; set; }
    }
}
