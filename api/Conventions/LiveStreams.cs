using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using StyleShare.Notifications;

namespace StyleShare.Api.Conventions;

/// <summary>Counts the live streams of this silo, so that there are not too many, in all and of one person.</summary>
/// <remarks>
/// A person who opens one too many loses the oldest: it is most likely one whose client has left without a word, and nobody
/// who comes back is to be kept out by their own ghosts.
/// </remarks>
internal sealed class LiveStreams(IOptions<NotificationOptions> options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid Person, string Of), LinkedList<Place>> _ofPerson = [];
    private int _all;

    /// <summary>Lets one more in; null if the silo has as many as it can have.</summary>
    public Place? TryEnter(Guid person) => TryEnter(person, "inbox", options.Value.MaxStreamsOfPerson);

    /// <summary>The same of streams of something else, which are counted by themselves: they end none of another kind.</summary>
    /// <param name="of">What they are of.</param>
    /// <param name="most">How many of these the person may have.</param>
    public Place? TryEnter(Guid person, string of, int most)
    {
        var place = new Place(this, (person, of));
        Place? oldest = null;
        lock (_lock)
        {
            if (_all >= options.Value.MaxStreams)
                return null;
            _all++;
            var mine = CollectionsMarshal.GetValueRefOrAddDefault(_ofPerson, place.Key, out _) ??= [];
            mine.AddLast(place);
            if (mine.Count > most)
                oldest = mine.First!.Value;
        }

        oldest?.Close();
        return place;
    }

    private void Leave(Place place)
    {
        lock (_lock)
        {
            if (!_ofPerson.TryGetValue(place.Key, out var mine) || !mine.Remove(place))
                return;
            _all--;
            if (mine.Count == 0)
                _ofPerson.Remove(place.Key);
        }
    }

    /// <summary>One who was let in.</summary>
    internal sealed class Place(LiveStreams streams, (Guid Person, string Of) key) : IDisposable
    {
        private readonly CancellationTokenSource _closed = new();

        public (Guid Person, string Of) Key => key;

        /// <summary>Cancelled when the place is needed for a newer stream.</summary>
        public CancellationToken Closed => _closed.Token;

        public void Close()
        {
            streams.Leave(this);
            _closed.Cancel();
        }

        // Its source is left to the collector: another thread may be closing it right now, and it holds nothing else.
        public void Dispose() => streams.Leave(this);
    }
}
