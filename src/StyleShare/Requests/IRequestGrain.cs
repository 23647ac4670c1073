using System.Collections.Immutable;

namespace StyleShare.Requests;

/// <summary>A client's <c>Idempotency-Key</c> on one request, with what tells whether a second request is the same one.</summary>
/// <param name="Id">Hash of who asked and of the key that they chose; the key of the <see cref="IRequestGrain"/>.</param>
/// <param name="Fingerprint">Hash of method, path and body (SHA-256).</param>
[GenerateSerializer, Immutable]
public sealed record RequestKey(string Id, ImmutableArray<byte> Fingerprint);

/// <summary>What is known of a request when it comes in.</summary>
public enum RequestState
{
    /// <summary>New: go on, and say at the end how it went.</summary>
    New,

    /// <summary>Done before: here is the first answer.</summary>
    Answered,

    /// <summary>The first one with this key still runs.</summary>
    Running,

    /// <summary>The key was used for another request.</summary>
    Reused,
}

/// <summary>What is known of a request, and its stored answer where there is one.</summary>
/// <param name="State">How far it has come.</param>
/// <param name="Answer">The answer as it was given to <c>Change.Answer</c>, only when <see cref="RequestState.Answered"/>.</param>
[GenerateSerializer, Immutable]
public sealed record RequestStatus(RequestState State, ImmutableArray<byte> Answer);

/// <summary>One idempotent request (api.md, conventions): knows whether it runs, and what was answered.</summary>
/// <remarks>
/// The answer itself is stored by the change that the request makes, in the same transaction, so that it survives whatever
/// happens to this grain; should two activations let the same request through, the unique key on the answer refuses one.
/// </remarks>
public interface IRequestGrain : IGrainWithStringKey
{
    /// <summary>Says whether the request may go on; if so it is <see cref="RequestState.Running"/> from here.</summary>
    Task<RequestStatus> Begin(RequestKey key);

    /// <summary>
    /// The same without a look at what is stored, for requests that do nothing but one change, with the answer in it: of such a
    /// one that was answered before, the change is refused by the answer's key, and then <see cref="Find"/> knows why.
    /// </summary>
    Task<RequestStatus> BeginUnseen(RequestKey key);

    /// <summary>What is stored of the request; <see cref="RequestState.New"/> if nothing is.</summary>
    Task<RequestStatus> Find(RequestKey key);

    /// <summary>The request came to its end, with an answer stored or without one (then the key is free again).</summary>
    Task End();

    /// <summary>Stores an answer that came with no change: a refusal that a retry must see again.</summary>
    Task Refused(RequestKey key, ImmutableArray<byte> answer);
}
