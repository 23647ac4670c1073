using StyleShare.Points;

namespace StyleShare.Api.Contracts;

/// <summary>What an audit of the ledger found.</summary>
/// <param name="Clean">Whether nothing is off.</param>
/// <param name="CheckedAt">As of when.</param>
/// <param name="Problems">What is off; of many only the first.</param>
public sealed record AuditResponse(bool Clean, DateTime CheckedAt, IReadOnlyList<AuditProblemResponse> Problems)
{
    internal static AuditResponse Of(AuditReport report) => new(
        report.IsClean,
        report.CheckedAt.UtcDateTime,
        [.. report.Problems.Select(problem => new AuditProblemResponse(problem.Check, problem.Subject, problem.Detail))]);
}

/// <summary>Something that is off.</summary>
/// <param name="Check">Which promise is broken.</param>
/// <param name="Subject">Of what: the id of an account, a transaction, a purchase.</param>
/// <param name="Detail">How.</param>
public sealed record AuditProblemResponse(string Check, string Subject, string Detail);

/// <summary>Corrects an account by a new transaction.</summary>
/// <param name="Points">Above zero to add, below zero to take.</param>
/// <param name="Reason">Why; it stays in the ledger for ever, so without personal data.</param>
/// <param name="Operator">Who does it.</param>
public sealed record CorrectionRequest(string? MerchantId, string? UserId, long? Points, string? Reason, string? Operator);

/// <summary>The account after a correction.</summary>
/// <param name="Balance">All points.</param>
/// <param name="Available">What can be spent.</param>
/// <param name="Owed">What later earnings are taken for first.</param>
public sealed record CorrectionResponse(Guid MerchantId, Guid UserId, long Balance, long Available, long Owed);
