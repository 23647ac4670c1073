using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Streams;
using Orleans.TestingHost;
using StyleShare.People;
using StyleShare.Storage;
using StyleShare.Streams;

namespace StyleShare.Tests.Messages;

/// <summary>All that grains tell each other can go from silo to silo.</summary>
public sealed class MessageTests : IAsyncLifetime
{
    private static readonly MethodInfo AgainOf = typeof(MessageTests).GetMethod(nameof(Again), BindingFlags.Static | BindingFlags.NonPublic)!;

    private TestCluster _cluster = null!;

    private Serializer Serializer => _cluster.GetSiloServiceProvider().GetRequiredService<Serializer>();

    public async ValueTask InitializeAsync()
    {
        _cluster = new TestClusterBuilder(1).Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public void Every_message_has_a_codec()
    {
        var samples = new Samples(_cluster.GrainFactory);
        var wrong = new List<string>();
        var types = MessageTypes();
        foreach (var type in types)
        {
            try
            {
                var sample = samples.Of(type);
                Assert.NotNull(sample);
                if (Samples.Difference(sample, Again(type, sample), type.Name) is { } difference)
                    wrong.Add(difference);
            }
            catch (Exception exception)
            {
                wrong.Add($"{type}: {exception}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.True(types.Count > 50, $"Only {types.Count} types of messages were found.");
    }

    [Fact]
    public void Failures_that_callers_look_at_arrive_as_what_they_are()
    {
        var refusal = Assert.IsType<Refusal>(Again(new Refusal(RefusalKind.Conflict, "some_code", "Some detail.")));
        Assert.Equal((RefusalKind.Conflict, "some_code", "Some detail."), (refusal.Kind, refusal.Code, refusal.Message));
        var refused = Assert.IsType<ChangeRefusedException>(Again(new ChangeRefusedException("statement", "23505", "key", "Some message.")));
        Assert.Equal(("statement", "23505", "key", "Some message."), (refused.Statement, refused.SqlState, refused.Constraint, refused.Message));
        Assert.Equal(new OutcomeUnknownException().Message, Assert.IsType<OutcomeUnknownException>(Again(new OutcomeUnknownException())).Message);
        Assert.Equal("inner", Again(new TimeoutException("outer", new InvalidOperationException("inner"))).InnerException!.Message);
    }

    [Fact]
    public void A_batch_that_goes_to_another_silo_again_says_that_it_may_have_come_before()
    {
        var batch = new OutboxBatch(StreamId.Create("test", "key"), 7, [new StreamEvent(Guid.NewGuid(), "payload", DateTimeOffset.UnixEpoch)]);
        var first = Assert.IsType<OutboxBatch>(Again(typeof(IBatchContainer), batch));
        Assert.Equal([false], first.GetEvents<StreamEvent>().Select(static e => e.Item1.Redelivered));
        var second = Assert.IsType<OutboxBatch>(Again(typeof(IBatchContainer), batch));
        Assert.Equal([true], second.GetEvents<StreamEvent>().Select(static e => e.Item1.Redelivered));
        Assert.Equal((batch.StreamId, batch.Sequence, batch.Events[0].Id), (second.StreamId, second.Sequence, second.Events[0].Id));
    }

    private static List<Type> MessageTypes() =>
    [
        .. typeof(IUserGrain).Assembly.GetTypes()
            .Where(static type => type.IsInterface && type.IsAssignableTo(typeof(IGrain)))
            .SelectMany(static type => type.GetMethods())
            .SelectMany(static method => method.GetParameters().Select(static p => p.ParameterType).Append(method.ReturnType))
            .Select(static type => type.IsGenericType && type.Name is "Task`1" or "ValueTask`1" ? type.GetGenericArguments()[0] : type)
            .Where(static type => type != typeof(Task) && type != typeof(ValueTask))
            .Distinct()
            .OrderBy(static type => type.ToString(), StringComparer.Ordinal),
    ];

    private static object? Again<T>(Serializer serializer, object? value) => serializer.Deserialize<T>(serializer.SerializeToArray((T)value!));

    private object? Again(Type type, object? value) =>
        AgainOf.MakeGenericMethod(type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [Serializer, value], null);

    private Exception Again(Exception exception) => Serializer.Deserialize<Exception>(Serializer.SerializeToArray(exception));
}
