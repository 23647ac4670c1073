namespace StyleShare;

/// <summary>Why a request is refused; the API answers each kind with one HTTP status (RFC 9110).</summary>
public enum RefusalKind
{
    /// <summary>The request is malformed: 400.</summary>
    Invalid,

    /// <summary>Who asks is not known: 401.</summary>
    Unauthenticated,

    /// <summary>Who asks may not do this: 403.</summary>
    Forbidden,

    /// <summary>There is no such thing, or none that the caller may know of: 404.</summary>
    NotFound,

    /// <summary>The thing is in a state that forbids it: 409.</summary>
    Conflict,

    /// <summary>The caller edits a version that is no longer the current one: 412.</summary>
    Stale,

    /// <summary>Well-formed, but against a rule: 422.</summary>
    Unprocessable,

    /// <summary>Cannot be done now, and may have happened or not: 503.</summary>
    Unavailable,
}

/// <summary>A rule's no. It crosses grain calls and reaches the client as a problem with <see cref="Code"/>.</summary>
/// <remarks>Each feature makes its own in a file of its own, so that codes are found in one place.</remarks>
[GenerateSerializer]
public sealed class Refusal : Exception
{
    /// <summary>Creates a refusal.</summary>
    /// <param name="kind">Which status the client gets.</param>
    /// <param name="code">The stable <c>snake_case</c> code that clients may rely on.</param>
    /// <param name="detail">A sentence for people, without personal data.</param>
    public Refusal(RefusalKind kind, string code, string detail)
        : base(detail)
    {
        Kind = kind;
        Code = code;
    }

    /// <summary>Which status the client gets.</summary>
    [Id(0)]
    public RefusalKind Kind { get; }

    /// <summary>The stable <c>snake_case</c> code that clients may rely on.</summary>
    [Id(1)]
    public string Code { get; }
}
