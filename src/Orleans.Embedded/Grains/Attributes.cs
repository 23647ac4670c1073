namespace Orleans.Concurrency
{
    /// <summary>Requests to the class interleave at their awaits.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ReentrantAttribute : Attribute;

    /// <summary>The method changes nothing: such requests interleave with one another.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ReadOnlyAttribute : Attribute;

    /// <summary>The method runs whatever else is running.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;

    /// <summary>The caller waits for no answer and learns of no failure.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OneWayAttribute : Attribute;

    /// <summary>Names a static method <c>bool M(IInvokable request)</c> of the class, which says whether a request may interleave.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class MayInterleaveAttribute : Attribute
    {
        /// <summary>Names the method.</summary>
        public MayInterleaveAttribute(string callbackMethodName) => CallbackMethodName = callbackMethodName;

        internal string CallbackMethodName { get; }
    }

    /// <summary>A grain without identity: a call goes to any of several activations, of which more are made while all are busy.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StatelessWorkerAttribute : Attribute
    {
        /// <summary>As many activations as there are processors.</summary>
        public StatelessWorkerAttribute()
            : this(-1)
        {
        }

        /// <summary>At most so many activations a key; -1 stands for the number of processors.</summary>
        public StatelessWorkerAttribute(int maxLocalWorkers) =>
            MaxLocalWorkers = maxLocalWorkers > 0 ? maxLocalWorkers : Environment.ProcessorCount;

        internal int MaxLocalWorkers { get; }
    }
}

namespace Orleans
{
    /// <summary>Promises that a type never changes, so that it crosses calls uncopied.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
    public sealed class ImmutableAttribute : Attribute;

    /// <summary>A message type.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
    public sealed class GenerateSerializerAttribute : Attribute;

    /// <summary>The number of a member on the wire.</summary>
    [AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method)]
    public sealed class IdAttribute : Attribute
    {
        /// <summary>The number.</summary>
        public IdAttribute(uint id) => Id = id;

        /// <summary>The number.</summary>
        public uint Id { get; }
    }

    /// <summary>A name that outlives the renaming of what it is put on.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Interface | AttributeTargets.Method)]
    public sealed class AliasAttribute : Attribute
    {
        /// <summary>The name.</summary>
        public AliasAttribute(string alias) => Alias = alias;

        /// <summary>The name.</summary>
        public string Alias { get; }
    }

    /// <summary>How long callers wait for the method.</summary>
    [AttributeUsage(AttributeTargets.Method | AttributeTargets.Interface)]
    public sealed class ResponseTimeoutAttribute : Attribute
    {
        /// <summary>A time span in its invariant text form, such as <c>00:00:10</c>.</summary>
        public ResponseTimeoutAttribute(string timeout) =>
            Timeout = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture);

        /// <summary>How long.</summary>
        public TimeSpan? Timeout { get; init; }
    }

    /// <summary>The name of the grain class in ids.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class GrainTypeAttribute : Attribute
    {
        /// <summary>The name.</summary>
        public GrainTypeAttribute(string grainType) => Name = grainType;

        internal string Name { get; }
    }

    /// <summary>When activations of the class are collected, in place of <see cref="Configuration.GrainCollectionOptions.CollectionAge"/>.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class CollectionAgeLimitAttribute : Attribute
    {
        private readonly TimeSpan? _age;

        /// <summary>The age is the sum of the properties.</summary>
        public CollectionAgeLimitAttribute()
        {
        }

        /// <summary>A time span in its invariant text form, such as <c>00:10:00</c>.</summary>
        public CollectionAgeLimitAttribute(string ageLimit) =>
            _age = TimeSpan.Parse(ageLimit, System.Globalization.CultureInfo.InvariantCulture);

        /// <summary>Part of the age.</summary>
        public double Days { get; set; }

        /// <summary>Part of the age.</summary>
        public double Hours { get; set; }

        /// <summary>Part of the age.</summary>
        public double Minutes { get; set; }

        /// <summary>True to never collect.</summary>
        public bool AlwaysActive { get; set; }

        /// <summary>How long an activation stays without a call.</summary>
        public TimeSpan AgeLimit => AlwaysActive ? TimeSpan.MaxValue
            : _age ?? TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
    }
}
