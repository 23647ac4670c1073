using Npgsql;
using Orleans.Serialization;

namespace StyleShare.Storage;

/// <summary>What PostgreSQL's errors say about a transaction (its manual, appendix A).</summary>
public static class PostgresErrors
{
    /// <summary>
    /// The server answered with an error and lives on, so the transaction was rolled back for sure. A FATAL error is no such
    /// answer: a backend that is told to end may say so right after its commit.
    /// </summary>
    internal static bool IsFromLivingTransaction(PostgresException e) =>
        e.InvariantSeverity is "ERROR" && !e.SqlState.StartsWith("57P", StringComparison.Ordinal);

    /// <summary>
    /// It may go well another time: rolled back for the sake of others (40), out of resources (53), stopped or not let in by
    /// an operator (55, 57), trouble with the disk (58), a server that is read-only because another one takes over (25).
    /// </summary>
    internal static bool MayPass(PostgresException e) => MayPass(e.SqlState) || NeedsNewConnection(e);

    /// <summary>
    /// Whether the database was away or had no room, so that it may go well soon; also when it was another silo that saw that. From
    /// there an exception has its texts only, and PostgreSQL's code is one of them (<see cref="Exception.Data"/>).
    /// </summary>
    public static bool IsAway(Exception e) => e switch
    {
        PostgresException postgres => MayPass(postgres.SqlState ?? CodeIn(postgres)),
        NpgsqlException => true,
        UnavailableExceptionFallbackException { ExceptionType: { } type } when type.StartsWith(typeof(PostgresException).FullName!, StringComparison.Ordinal) =>
            MayPass(CodeIn(e)),
        UnavailableExceptionFallbackException { ExceptionType: { } type } => type.StartsWith(typeof(NpgsqlException).FullName!, StringComparison.Ordinal),
        _ => false,
    };

    private static string CodeIn(Exception e) => e.Data[nameof(PostgresException.SqlState)] as string ?? "";

    private static bool MayPass(string code) =>
        code is [_, _, ..] && code[..2] is "08" or "25" or "40" or "53" or "55" or "57" or "58";

    /// <summary>A prepared statement is gone or does not fit the table any more.</summary>
    internal static bool NeedsNewConnection(PostgresException e) => e.SqlState is "26000" or "0A000" or "25006";

    /// <summary>Whether the connection failed, not what was given to it.</summary>
    internal static bool IsOfConnection(Exception e) =>
        e is NpgsqlException or IOException or TimeoutException or OperationCanceledException or ObjectDisposedException
            or System.Net.Sockets.SocketException;
}
