using EngineTests.Stress;
using Orleans.Embedded;

namespace EngineTests.Network;

/// <summary>The table of calls against a dictionary.</summary>
public sealed class CallTableTests
{
    [Fact]
    public void It_holds_what_was_added_and_neither_taken_nor_given_up_on()
    {
        var random = new Random(Seed.Next());
        var table = new CallTable(0);
        var model = new Dictionary<long, TestCall>();
        var gone = new List<long>();
        for (var step = 0; step < 50_000; step++)
        {
            var some = model.Count == 0 ? default : model.ElementAt(random.Next(Math.Min(model.Count, 50)));
            switch (random.Next(model.Count > 200 ? 3 : 5))
            {
                case 0 when some.Value is not null:
                    Assert.Same(some.Value, table.Take(some.Key));
                    gone.Add(some.Key);
                    Assert.True(model.Remove(some.Key));
                    break;
                case 1 when some.Value is not null:
                    some.Value.IsDone = true;
                    table.Sweep();
                    gone.Add(some.Key);
                    Assert.True(model.Remove(some.Key));
                    break;
                case 2 when gone.Count > 0:
                    Assert.Null(table.Take(gone[random.Next(gone.Count)]));
                    break;
                default:
                    var call = new TestCall([]);
                    Assert.True(model.TryAdd(table.Add(call, step), call));
                    break;
            }

            Assert.Equal(model.Count, table.Count);
        }

        Assert.Equal(model.Values.ToHashSet<IOutgoingCall>(), table.TakeAll().Select(static lost => lost.Call).ToHashSet());
        Assert.Equal(0, table.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void An_id_that_was_never_given_finds_nothing(long id)
    {
        var table = new CallTable(0);
        Assert.NotEqual(id, table.Add(new TestCall([]), 0));
        Assert.Null(table.Take(id));
        Assert.Equal(1, table.Count);
    }
}
