using System.Collections.Immutable;
using System.Diagnostics;
using Orleans.Embedded;

namespace Orleans.Runtime;

/// <summary>Values that travel with calls: from the caller to what it calls, and on from there; never back.</summary>
public static class RequestContext
{
    private static readonly AsyncLocal<RequestContextData?> Data = new();

    /// <summary>The names of the values that are set.</summary>
    public static IEnumerable<string> Keys => Entries.Select(entry => entry.Key);

    /// <summary>The values that are set.</summary>
    public static IEnumerable<KeyValuePair<string, object>> Entries => Data.Value?.Values ?? ImmutableDictionary<string, object>.Empty;

    /// <summary>Names the call chain that may re-enter the grains it came through; empty if none may.</summary>
    public static Guid ReentrancyId
    {
        get => Data.Value?.ReentrancyId ?? Guid.Empty;
        set => Current = ((Data.Value ?? RequestContextData.Empty) with { ReentrancyId = value }).OrNull();
    }

    // What a request takes along. An immutable object, so that caller and callee may share it.
    internal static RequestContextData? Current
    {
        get => Data.Value;
        set => Data.Value = value;
    }

    // With the trace that the caller is in, where calls carry it.
    internal static RequestContextData? ToSend(Activity? activity) =>
        ((Data.Value ?? RequestContextData.Empty) with { Trace = activity?.Context ?? default }).OrNull();

    /// <summary>The value of this name, or null.</summary>
    public static object? Get(string key) => Data.Value?.Values.GetValueOrDefault(key);

    /// <summary>Sets a value for this call and those that follow from it.</summary>
    public static void Set(string key, object value)
    {
        var now = Data.Value ?? RequestContextData.Empty;
        Data.Value = now with { Values = now.Values.SetItem(key, value) };
    }

    /// <summary>Takes a value back; false if there was none.</summary>
    public static bool Remove(string key)
    {
        var now = Data.Value;
        if (now is null || !now.Values.ContainsKey(key))
            return false;
        Current = (now with { Values = now.Values.Remove(key) }).OrNull();
        return true;
    }

    /// <summary>Takes all values back.</summary>
    public static void Clear() => Current = null;

    /// <summary>Until the section is disposed, calls that come back to this grain through those it makes run at once.</summary>
    public static ReentrancySection AllowCallChainReentrancy()
    {
        var original = ReentrancyId;
        return new ReentrancySection(original, original == Guid.Empty ? Guid.NewGuid() : original);
    }

    /// <summary>Until the section is disposed, calls made here do not re-enter the grains that the chain came through.</summary>
    public static ReentrancySection SuppressCallChainReentrancy() => new(ReentrancyId, Guid.Empty);

    /// <summary>Ends what <see cref="AllowCallChainReentrancy"/> or <see cref="SuppressCallChainReentrancy"/> began.</summary>
    public readonly struct ReentrancySection : IDisposable
    {
        private readonly Guid _original;
        private readonly Guid _current;
        private readonly Activation? _activation;

        /// <summary>Begins a section in which calls carry <paramref name="currentReentrancyId"/>.</summary>
        public ReentrancySection(Guid originalReentrancyId, Guid currentReentrancyId)
        {
            _original = originalReentrancyId;
            _current = currentReentrancyId;
            if (_original != _current)
                ReentrancyId = _current;
            if (_current != Guid.Empty)
                (_activation = Activation.Current)?.EnterReentrantSection(_current);
        }

        /// <summary>Ends it.</summary>
        public void Dispose()
        {
            _activation?.ExitReentrantSection(_current);
            if (ReentrancyId == _current && _original != _current)
                ReentrancyId = _original;
        }
    }
}
