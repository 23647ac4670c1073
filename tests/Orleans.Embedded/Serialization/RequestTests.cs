using EngineTests.Stress;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Embedded;
using Orleans.Serialization;

namespace EngineTests.Serialization;

/// <summary>Calls as bytes: the method by its number, the arguments, the result.</summary>
public sealed class RequestTests(OneSilo host) : IClassFixture<OneSilo>
{
    private Silo Silo => host.Cluster.GetSiloServiceProvider().GetRequiredService<Silo>();

    [Fact]
    public async Task Arguments_and_result_come_back()
    {
        var other = host.Cluster.GrainFactory.GetGrain<IWireGrain>("other");
        var request = Request("Send");
        object?[] arguments = ["text", new Parcel("p", 1), 7, other, new CancellationToken(canceled: true)];
        for (var i = 0; i < arguments.Length; i++)
            request.SetArgument(i, arguments[i]!);
        var again = Again(request);
        Assert.Equal(arguments, Enumerable.Range(0, 5).Select(again.GetArgument));
        Assert.Same(Silo.GrainFactory, ((GrainReference)again.GetArgument(3)!).Shared.Factory);

        again.Complete(new Sheet<Parcel>([new Parcel("r", 2)], null));
        Complete(request, again);
        Assert.Equal("r", (await ((Request<Sheet<Parcel>>)request).Task).Items[0].Name);
    }

    [Fact]
    public void Absent_arguments_and_results_come_back()
    {
        var again = Again(Request("Send"));
        Assert.Null(again.GetArgument(0));
        Assert.Null(again.GetArgument(3));
        var nothing = Request("Nothing");
        var done = Again(nothing);
        done.Complete(null);
        Complete(nothing, done);
        Assert.True(nothing.IsDone);
    }

    [Fact]
    public void Every_method_has_a_number_of_its_own_and_inherited_ones_have_one()
    {
        var methods = Silo.Catalog.Methods.Methods;
        Assert.Equal(methods.Count, methods.Select(static m => m.WireId).Distinct().Count());
        Assert.Equal(methods.Count, methods.Select(static m => m.Signature).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(methods, static m => m.Signature == "EngineTests.Serialization.IMoreWireGrain/More(nullable<int>)");
        Assert.Contains(methods, static m => m.Signature == "Orleans.IRemindable/ReceiveReminder(string,Orleans.Runtime.TickStatus)");
        Assert.Contains(methods, static m => m.Name == "DeliverBatch");
        Assert.Single(methods, static m => m.Interface == typeof(IWireGrain) && m.Name == "Nothing");
        Assert.False(Silo.Catalog.TryMakeRequest(12345, out _));
    }

    [Fact]
    public void A_method_keeps_its_number_for_good()
    {
        // What other versions of a silo know it by: this must never change.
        Assert.Equal(WireHash.Of("EngineTests.Serialization.IWireGrain/Nothing()"), Request("Nothing").Method.WireId);
        Assert.Equal(0x0E0D_4184_A19A_1154ul, WireHash.Of("A/B(c)"));
    }

    [Fact]
    public void Arguments_that_cannot_be_written_or_read_say_so()
    {
        var wrong = Request("Wrong");
        wrong.SetArgument(0, new NoSerializer(1));
        Assert.Throws<CodecNotFoundException>(() => Again(wrong));

        var strictly = Request("Strictly");
        strictly.SetArgument(0, new Strict(5) with { Value = -5 });
        Assert.IsType<ArgumentOutOfRangeException>(Assert.Throws<WireFormatException>(() => Again(strictly)).InnerException);
    }

    [Fact]
    public async Task A_result_that_cannot_be_read_fails_the_call()
    {
        var request = Request("Strictly");
        request.CompleteFrom(new byte[] { 0xFF }, Silo);
        await Assert.ThrowsAsync<WireFormatException>(() => ((Request<int>)request).Task);
    }

    [Fact]
    public void A_reference_to_what_is_not_here_is_refused()
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteByte(1);
        Codecs.Of<GrainId>().Write(ref writer, GrainId.Create("nosuchgrain", "key"));
        var bytes = buffer.Written.ToArray();
        Assert.Throws<WireFormatException>(() => Wire.Read<IWireGrain?>(bytes, Silo));
    }

    [Fact]
    public void References_come_back_through_the_interface_that_they_had()
    {
        var grain = host.Cluster.GrainFactory.GetGrain<IMoreWireGrain>("key");
        Assert.IsAssignableFrom<IMoreWireGrain>(Wire.Again<IWireGrain?>(grain, Silo));
        Assert.IsAssignableFrom<IMoreWireGrain>(Wire.Again<object?>(grain, Silo));
        Assert.Equal(grain, Wire.Again<IAddressable?>(grain, Silo));
        Assert.Null(Wire.Again<IWireGrain?>(null, Silo));
    }

    private IMessage Request(string method)
    {
        var descriptor = Silo.Catalog.Methods.Methods.Single(m => m.Name == method && m.Interface == typeof(IWireGrain));
        Assert.True(Silo.Catalog.TryMakeRequest(descriptor.WireId, out var request));
        return request;
    }

    private IMessage Again(IMessage request)
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteUInt64(request.Method.WireId);
        request.WriteArguments(ref writer);
        var reader = new WireReader(buffer.Written, Silo);
        Assert.True(Silo.Catalog.TryMakeRequest(reader.ReadUInt64(), out var again));
        again.ReadArguments(ref reader);
        reader.ExpectEnd();
        return again;
    }

    private void Complete(IMessage request, IMessage done)
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        done.WriteResult(ref writer);
        request.CompleteFrom(buffer.Written.ToArray(), Silo);
    }
}

internal static class RequestSteps
{
    public static void CompleteFrom(this IMessage request, byte[] bytes, Silo silo)
    {
        var reader = new WireReader(bytes, silo);
        request.CompleteFrom(ref reader);
    }
}
