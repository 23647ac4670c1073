using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using StyleShare.Points;

namespace StyleShare.Api.Ops;

/// <summary>Writes lines of the ledger as CSV (RFC 4180): CRLF, quotes where they are needed.</summary>
internal static class StatementCsv
{
    private const string Header = "seq,createdAt,kind,points,balanceAfter,reference,expiresAt,note,operator,transactionId\r\n";

    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");

    // Sent on when so much is there; more would only be kept for a slow reader.
    private const int FlushAt = 32 * 1024;

    /// <summary>Writes them, not faster than the reader takes them.</summary>
    public static async Task Write(PipeWriter to, IAsyncEnumerable<LedgerEntry> entries, CancellationToken cancellation)
    {
        var text = new StringBuilder(Header, FlushAt + 1_024);
        await foreach (var entry in entries.WithCancellation(cancellation))
        {
            Append(text, entry);
            if (text.Length >= FlushAt)
                await Flush(to, text, cancellation);
        }

        await Flush(to, text, cancellation);
    }

    private static void Append(StringBuilder text, LedgerEntry entry)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"{entry.Seq},{Time(entry.CreatedAt)},{entry.Kind.Text()},{entry.Points},{entry.BalanceAfter},");
        AppendField(text, entry.Reference);
        text.Append(CultureInfo.InvariantCulture, $",{Time(entry.ExpiresAt)},");
        AppendField(text, entry.Note);
        text.Append(',');
        AppendField(text, entry.Operator);
        text.Append(CultureInfo.InvariantCulture, $",{entry.Id}\r\n");
    }

    // What begins like a formula is run by spreadsheets, and references and notes come from outside (CWE-1236).
    private static void AppendField(StringBuilder text, string? field)
    {
        if (string.IsNullOrEmpty(field))
            return;
        var formula = field[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" : "";
        if (field.AsSpan().ContainsAny(Quoted))
            text.Append('"').Append(formula).Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        else
            text.Append(formula).Append(field);
    }

    private static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture) ?? "";

    private static async Task Flush(PipeWriter to, StringBuilder text, CancellationToken cancellation)
    {
        Encoding.UTF8.GetBytes(text.ToString(), to);
        text.Clear();
        await to.FlushAsync(cancellation);
    }
}
