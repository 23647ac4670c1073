using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Points;

namespace StyleShare.Api.Ops;

/// <summary><c>/ops/v1/ledger</c>: whether it is whole, and what was written in one account.</summary>
internal sealed class LedgerCalls(LedgerAudit audit, LedgerStore ledger, IOptions<LedgerOptions> options)
{
    private const string Tag = "Operations";

    public void Map(IEndpointRouteBuilder ops)
    {
        // Both have limits of their own: the audit's in the database, the statement's by how fast its reader is.
        ops.Get("/ledger/audit", Audit).DisableRequestTimeout()
            .Describe(Tag, "auditLedger", "Prove that not a point was lost or made",
                "Runs the audit views on one state of the whole ledger, and names what is off, if anything.")
            .Gives<AuditResponse>(200, LedgerExamples.CleanAudit).Fails(409, "audit_running").Fails(503, "audit_too_long");
        ops.Get("/ledger/statement", Statement).DisableRequestTimeout()
            .Describe(Tag, "getLedgerStatement", "All lines of one account",
                "As CSV (RFC 4180), oldest first, streamed. A text that a spreadsheet would take for a formula begins with `'`.")
            .Asks("merchantId", "The shop; required.").Asks("userId", "The person; required.")
            .Asks("account", "`member` (points, if absent) or `owed` (debt after claw-backs).")
            .GivesCsv().Fails(400, "invalid_fields").Fails(404, "account_not_found");
    }

    private async Task Audit(HttpContext http)
    {
        var report = await audit.Run(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await Responses.Json(http, StatusCodes.Status200OK, AuditResponse.Of(report), ApiJson.Default.AuditResponse);
    }

    private async Task Statement(HttpContext http)
    {
        var fields = new Fields();
        var query = http.Request.Query;
        var merchant = fields.IdOf("merchantId", query["merchantId"].ToString());
        var user = fields.IdOf("userId", query["userId"].ToString());
        var kind = query["account"].ToString();
        if (kind is not ("" or "member" or "owed"))
            fields.Wrong("account", "Must be member or owed.");
        if (fields.AnyWrong)
        {
            await fields.Refuse(http);
            return;
        }

        var account = kind is "owed" ? LedgerAccount.Owed(merchant!.Value, user!.Value) : LedgerAccount.Member(merchant!.Value, user!.Value);
        if (!await ledger.Exists(account, http.RequestAborted))
            throw LedgerErrors.NoAccount();
        http.Response.ContentType = "text/csv; charset=utf-8; header=present";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"statement-{account.Id:N}.csv\"";
        await StatementCsv.Write(
            http.Response.BodyWriter, ledger.Statement(account, options.Value.StatementPage, http.RequestAborted), http.RequestAborted);
    }
}
