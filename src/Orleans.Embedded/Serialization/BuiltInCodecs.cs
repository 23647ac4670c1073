using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using System.Numerics;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The framework's and the engine's own types that can be in messages, with the names that they have there.</summary>
internal static class BuiltInCodecs
{
    private static readonly Dictionary<Type, (string Name, Codec Codec)> Leaves = new()
    {
        [typeof(Nothing)] = ("nothing", new NothingCodec()),
        [typeof(bool)] = ("bool", new BoolCodec()),
        [typeof(byte)] = ("byte", new ByteCodec()),
        [typeof(sbyte)] = ("sbyte", new SByteCodec()),
        [typeof(short)] = ("short", new Int16Codec()),
        [typeof(ushort)] = ("ushort", new UInt16Codec()),
        [typeof(int)] = ("int", new Int32Codec()),
        [typeof(uint)] = ("uint", new UInt32Codec()),
        [typeof(long)] = ("long", new Int64Codec()),
        [typeof(ulong)] = ("ulong", new UInt64Codec()),
        [typeof(Int128)] = ("int128", new Int128Codec()),
        [typeof(UInt128)] = ("uint128", new UInt128Codec()),
        [typeof(char)] = ("char", new CharCodec()),
        [typeof(float)] = ("float", new SingleCodec()),
        [typeof(double)] = ("double", new DoubleCodec()),
        [typeof(Half)] = ("half", new HalfCodec()),
        [typeof(decimal)] = ("decimal", new DecimalCodec()),
        [typeof(BigInteger)] = ("bigint", new BigIntegerCodec()),
        [typeof(string)] = ("string", new StringCodec()),
        [typeof(Guid)] = ("guid", new GuidCodec()),
        [typeof(DateTime)] = ("datetime", new DateTimeCodec()),
        [typeof(DateTimeOffset)] = ("datetimeoffset", new DateTimeOffsetCodec()),
        [typeof(TimeSpan)] = ("timespan", new TimeSpanCodec()),
        [typeof(DateOnly)] = ("dateonly", new DateOnlyCodec()),
        [typeof(TimeOnly)] = ("timeonly", new TimeOnlyCodec()),
        [typeof(Uri)] = ("uri", new UriCodec()),
        [typeof(Version)] = ("version", new VersionCodec()),
        [typeof(IPAddress)] = ("ip", new IPAddressCodec()),
        [typeof(IPEndPoint)] = ("endpoint", new IPEndPointCodec()),
        [typeof(CancellationToken)] = ("cancellation", new CancellationTokenCodec()),
        [typeof(byte[])] = ("byte[]", new ByteArrayCodec()),
        [typeof(ReadOnlyMemory<byte>)] = ("memory<byte>", new ByteMemoryCodec()),
        [typeof(ImmutableArray<byte>)] = ("immutablearray<byte>", new ImmutableByteArrayCodec()),
        [typeof(IdSpan)] = ("idspan", new IdSpanCodec()),
        [typeof(GrainType)] = ("graintype", new GrainTypeCodec()),
        [typeof(GrainInterfaceType)] = ("graininterfacetype", new GrainInterfaceTypeCodec()),
        [typeof(GrainId)] = ("grainid", new GrainIdCodec()),
        [typeof(SiloAddress)] = ("siloaddress", new SiloAddressCodec()),
        [typeof(ActivationId)] = ("activationid", new ActivationIdCodec()),
        [typeof(GrainAddress)] = ("grainaddress", new GrainAddressCodec()),
        [typeof(GuidId)] = ("guidid", new GuidIdCodec()),
        [typeof(StreamId)] = ("streamid", new StreamIdCodec()),
        [typeof(GrainReference)] = ("reference", new ReferenceCodec<GrainReference>()),
        [typeof(Exception)] = ("exception", new ExceptionCodec<Exception>()),
    };

    private static readonly Dictionary<Type, (string Name, Type Codec)> Generics = new()
    {
        [typeof(Nullable<>)] = ("nullable", typeof(NullableCodec<>)),
        [typeof(KeyValuePair<,>)] = ("pair", typeof(KeyValuePairCodec<,>)),
        [typeof(ReadOnlyMemory<>)] = ("memory", typeof(MemoryCodec<>)),
        [typeof(List<>)] = ("list", typeof(ListCodec<>)),
        [typeof(HashSet<>)] = ("hashset", typeof(HashSetCodec<>)),
        [typeof(Dictionary<,>)] = ("dictionary", typeof(DictionaryCodec<,>)),
        [typeof(ImmutableArray<>)] = ("immutablearray", typeof(ImmutableArrayCodec<>)),
        [typeof(ImmutableList<>)] = ("immutablelist", typeof(ImmutableListCodec<>)),
        [typeof(ImmutableHashSet<>)] = ("immutablehashset", typeof(ImmutableHashSetCodec<>)),
        [typeof(ImmutableSortedSet<>)] = ("immutablesortedset", typeof(ImmutableSortedSetCodec<>)),
        [typeof(ImmutableQueue<>)] = ("immutablequeue", typeof(ImmutableQueueCodec<>)),
        [typeof(ImmutableStack<>)] = ("immutablestack", typeof(ImmutableStackCodec<>)),
        [typeof(ImmutableDictionary<,>)] = ("immutabledictionary", typeof(ImmutableDictionaryCodec<,>)),
        [typeof(ImmutableSortedDictionary<,>)] = ("immutablesorteddictionary", typeof(ImmutableSortedDictionaryCodec<,>)),
        [typeof(FrozenSet<>)] = ("frozenset", typeof(FrozenSetCodec<>)),
        [typeof(FrozenDictionary<,>)] = ("frozendictionary", typeof(FrozenDictionaryCodec<,>)),
        [typeof(ValueTuple<>)] = ("valuetuple1", typeof(ValueTupleCodec<>)),
        [typeof(ValueTuple<,>)] = ("valuetuple2", typeof(ValueTupleCodec<,>)),
        [typeof(ValueTuple<,,>)] = ("valuetuple3", typeof(ValueTupleCodec<,,>)),
        [typeof(ValueTuple<,,,>)] = ("valuetuple4", typeof(ValueTupleCodec<,,,>)),
        [typeof(ValueTuple<,,,,>)] = ("valuetuple5", typeof(ValueTupleCodec<,,,,>)),
        [typeof(ValueTuple<,,,,,>)] = ("valuetuple6", typeof(ValueTupleCodec<,,,,,>)),
        [typeof(ValueTuple<,,,,,,>)] = ("valuetuple7", typeof(ValueTupleCodec<,,,,,,>)),
        [typeof(ValueTuple<,,,,,,,>)] = ("valuetuple8", typeof(ValueTupleCodec<,,,,,,,>)),
        [typeof(Tuple<>)] = ("tuple1", typeof(TupleCodec<>)),
        [typeof(Tuple<,>)] = ("tuple2", typeof(TupleCodec<,>)),
        [typeof(Tuple<,,>)] = ("tuple3", typeof(TupleCodec<,,>)),
        [typeof(Tuple<,,,>)] = ("tuple4", typeof(TupleCodec<,,,>)),
        [typeof(Tuple<,,,,>)] = ("tuple5", typeof(TupleCodec<,,,,>)),
        [typeof(Tuple<,,,,,>)] = ("tuple6", typeof(TupleCodec<,,,,,>)),
        [typeof(Tuple<,,,,,,>)] = ("tuple7", typeof(TupleCodec<,,,,,,>)),
        [typeof(Tuple<,,,,,,,>)] = ("tuple8", typeof(TupleCodec<,,,,,,,>)),
    };

    /// <summary>The names of all of them.</summary>
    public static IEnumerable<KeyValuePair<Type, string>> Names =>
        Leaves.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Name))
            .Concat(Generics.Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Name)));

    /// <summary>The codec of a type; null if it is none of these.</summary>
    public static Codec? Find(Type type) => Leaves.TryGetValue(type, out var found) ? found.Codec : null;

    /// <summary>The codec, generic itself, of a generic type; null if it is none of these.</summary>
    public static Type? FindGeneric(Type definition) => Generics.TryGetValue(definition, out var found) ? found.Codec : null;
}
