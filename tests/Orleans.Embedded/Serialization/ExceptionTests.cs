using System.Collections.Immutable;
using System.Diagnostics;
using Orleans.Embedded;
using Orleans.Serialization;
using Orleans.Storage;

namespace EngineTests.Serialization;

/// <summary>Failures and contexts on their way from silo to silo.</summary>
public sealed class ExceptionTests
{
    [Fact]
    public void An_exception_keeps_its_type_text_stack_and_cause()
    {
        var thrown = Thrown(new InvalidOperationException("outer", new TimeoutException("inner")) { HResult = 77 });
        var again = Wire.Again(thrown);
        Assert.IsType<InvalidOperationException>(again);
        Assert.Equal(("outer", 77), (again.Message, again.HResult));
        Assert.Contains(nameof(Thrown), again.StackTrace, StringComparison.Ordinal);
        Assert.Equal("inner", Assert.IsType<TimeoutException>(again.InnerException).Message);
    }

    [Theory]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(ArgumentNullException))]
    [InlineData(typeof(ArgumentOutOfRangeException))]
    [InlineData(typeof(ObjectDisposedException))]
    [InlineData(typeof(OperationCanceledException))]
    [InlineData(typeof(TaskCanceledException))]
    [InlineData(typeof(KeyNotFoundException))]
    [InlineData(typeof(SiloUnavailableException))]
    [InlineData(typeof(LimitExceededException))]
    [InlineData(typeof(CodecNotFoundException))]
    public void An_exception_of_the_framework_or_the_engine_says_what_it_said(Type type)
    {
        var exception = (Exception)Activator.CreateInstance(type, "said")!;
        var again = Wire.Again(exception);
        Assert.Equal(type, again.GetType());
        Assert.Equal(exception.Message, again.Message);
    }

    [Fact]
    public void Texts_of_its_data_come_with_it_and_nothing_else_of_them()
    {
        var thrown = new InvalidOperationException("failed") { Data = { ["SqlState"] = "57P03", ["None"] = null, ["Number"] = 5, [6] = "six" } };
        var again = Wire.Again(thrown);
        Assert.Equal("57P03", again.Data["SqlState"]);
        Assert.Single(again.Data);
    }

    [Fact]
    public void Several_causes_come_all()
    {
        var again = Assert.IsType<AggregateException>(Wire.Again(new AggregateException("both", new InvalidOperationException("a"), new TimeoutException("b"))));
        Assert.Equal(["a", "b"], again.InnerExceptions.Select(static e => e.Message));
        Assert.Equal("both (a) (b)", again.Message);
    }

    [Fact]
    public void An_exception_with_a_serializer_keeps_its_fields()
    {
        var again = Assert.IsType<BrokenPartException>(Wire.Again(new BrokenPartException(5, "broken", new PlainException(6))));
        Assert.Equal((5, "broken"), (again.Part, again.Message));
        Assert.Equal("number 6", Assert.IsType<PlainException>(again.InnerException).Message);
        Assert.IsType<BrokenPartException>(Wire.Again<object>(new BrokenPartException(5, "broken")));
    }

    [Fact]
    public void A_lost_race_for_a_state_says_which_versions_met()
    {
        var again = Assert.IsType<InconsistentStateException>(Wire.Again(new InconsistentStateException("other", "1", "2") { IsSourceActivation = false }));
        Assert.Equal(("other", "1", "2", false), (again.Message, again.StoredEtag, again.CurrentEtag, again.IsSourceActivation));
    }

    [Fact]
    public void One_of_an_unknown_type_is_named()
    {
        using var buffer = new WireBuffer();
        var writer = new WireWriter(buffer);
        writer.WriteByte(2);
        writer.WriteString("Some.NewException");
        writer.WriteString("new");
        writer.WriteString("at somewhere");
        writer.WriteUInt32(5);
        writer.WriteVarUInt(0);
        writer.WriteVarUInt(0);
        writer.WriteUInt32(3);
        writer.WriteRaw([1, 2, 3]);
        var reader = new WireReader(buffer.Written, null);
        var unknown = Assert.IsType<UnavailableExceptionFallbackException>(ExceptionCodec.Read(ref reader));
        Assert.Equal(("Some.NewException", "new", 5), (unknown.ExceptionType, unknown.Message, unknown.HResult));
        Assert.Contains("Some.NewException", unknown.ToString(), StringComparison.Ordinal);
        // And from there to a third silo.
        Assert.Equal("Some.NewException", Assert.IsType<UnavailableExceptionFallbackException>(Wire.Again(unknown)).ExceptionType);
    }

    [Theory]
    [InlineData("System.String, System.Private.CoreLib")]
    [InlineData("System.Collections.Generic.List`1[[System.Int32, System.Private.CoreLib]], System.Private.CoreLib")]
    [InlineData("engine-tests.parcel")]
    [InlineData("System.Xml.XmlException, Not.Loaded.Assembly")]
    [InlineData("")]
    public void A_name_makes_nothing_but_exceptions(string name) => Assert.Null(ExceptionShape.Find(name));

    [Fact]
    public void A_request_context_comes_back()
    {
        var trace = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, "a=b");
        var values = ImmutableDictionary<string, object>.Empty.Add("number", 5).Add("text", "word").Add("id", Guid.Empty).Add("parcel", new Parcel("p", 1));
        foreach (var context in new[] { null, new RequestContextData(values, Guid.NewGuid(), trace), new RequestContextData(values, Guid.Empty, default), RequestContextData.Empty with { Trace = trace } })
        {
            using var buffer = new WireBuffer();
            var writer = new WireWriter(buffer);
            ContextCodec.Write(ref writer, context);
            var reader = new WireReader(buffer.Written, null);
            var again = ContextCodec.Read(ref reader);
            reader.ExpectEnd();
            Assert.Equal(context?.ReentrancyId, again?.ReentrancyId);
            Assert.Equal(context?.Values.OrderBy(static v => v.Key), again?.Values.OrderBy(static v => v.Key));
            Assert.Equal((context?.Trace.TraceId, context?.Trace.SpanId, context?.Trace.TraceFlags, context?.Trace.TraceState),
                (again?.Trace.TraceId, again?.Trace.SpanId, again?.Trace.TraceFlags, again?.Trace.TraceState));
            Assert.Equal(context is { IsTraced: true }, again is { IsTraced: true });
        }
    }

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }
}
