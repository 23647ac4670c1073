using Orleans.Streams;

namespace Orleans
{
    /// <summary>
    /// Subscribes a grain class to all streams of a namespace: the events of the stream with key <c>k</c> go to the grain
    /// with key <c>k</c>. The grain implements <see cref="Streams.Core.IStreamSubscriptionObserver"/>.
    /// </summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public class ImplicitStreamSubscriptionAttribute : Attribute
    {
        /// <summary>To all streams, whatever their namespace.</summary>
        public ImplicitStreamSubscriptionAttribute() => Predicate = new AllStreamNamespacesPredicate();

        /// <summary>To the streams of a namespace.</summary>
        public ImplicitStreamSubscriptionAttribute(string streamNamespace, string? streamIdMapper = null)
        {
            Predicate = new ExactMatchStreamNamespacePredicate(streamNamespace);
            StreamIdMapper = streamIdMapper;
        }

        /// <summary>To the streams of the namespaces that an instance of this type accepts.</summary>
        public ImplicitStreamSubscriptionAttribute(Type predicateType, string? streamIdMapper = null)
        {
            Predicate = (IStreamNamespacePredicate)Activator.CreateInstance(predicateType)!;
            StreamIdMapper = streamIdMapper;
        }

        /// <summary>To the streams of the namespaces that the predicate accepts.</summary>
        public ImplicitStreamSubscriptionAttribute(IStreamNamespacePredicate predicate, string? streamIdMapper = null)
        {
            Predicate = predicate;
            StreamIdMapper = streamIdMapper;
        }

        /// <summary>Which namespaces.</summary>
        public IStreamNamespacePredicate Predicate { get; }

        /// <summary>Names what makes a grain key of a stream id; the default alone is known here.</summary>
        public string? StreamIdMapper { get; init; }
    }
}

namespace Orleans.Streams
{
    /// <summary>Accepts namespaces of streams.</summary>
    public interface IStreamNamespacePredicate
    {
        /// <summary>The predicate in a form that can be compared and sent.</summary>
        string PredicatePattern { get; }

        /// <summary>True for a namespace that it accepts.</summary>
        bool IsMatch(string streamNamespace);
    }

    internal sealed class AllStreamNamespacesPredicate : IStreamNamespacePredicate
    {
        public string PredicatePattern => "*";

        public bool IsMatch(string streamNamespace) => true;
    }

    internal sealed class ExactMatchStreamNamespacePredicate(string streamNamespace) : IStreamNamespacePredicate
    {
        public string PredicatePattern => $"namespace:{streamNamespace}";

        public bool IsMatch(string ns) => string.Equals(ns, streamNamespace, StringComparison.Ordinal);
    }
}
