using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.Accounts;

/// <summary>A session. One request at a time: of two that spend the same refresh token, one comes second.</summary>
internal sealed class SessionGrain : Grain, ISessionGrain
{
    private readonly AccountStore _store;
    private readonly AccessTokens _tokens;
    private readonly RevokedSessions _revoked;
    private readonly TimeProvider _clock;
    private readonly AccountOptions _options;
    private readonly ILogger<SessionGrain> _log;
    private readonly CommittedState<Session, SessionFact> _state;

    public SessionGrain(
        AccountStore store,
        ICommitter committer,
        AccessTokens tokens,
        RevokedSessions revoked,
        TimeProvider clock,
        IOptions<AccountOptions> options,
        ILogger<SessionGrain> log)
    {
        _store = store;
        _tokens = tokens;
        _revoked = revoked;
        _clock = clock;
        _options = options.Value;
        _log = log;
        _state = new CommittedState<Session, SessionFact>(
            committer,
            AccountTable.Sessions,
            (change, fact) => AccountTable.Write(change, this.GetPrimaryKey(), fact),
            _ => DeactivateOnIdle());
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (session, version) = await _store.Session(this.GetPrimaryKey(), cancellationToken);
        _state.Load(session, version);
    }

    public async Task<Tokens> Start(Guid userId, RequestKey? request)
    {
        var token = RefreshToken.New(this.GetPrimaryKey(), generation: 1);
        var tokens = await TokensFor(userId, token);
        if (_state.Working is not null)
            throw AccountErrors.SessionExists();
        var started = Session.Start(userId, token, _clock.Now(), _options.RefreshTokenLifetime);
        await _state.Commit(started, request, tokens, AccountJson.Default.Tokens);
        return tokens;
    }

    public async Task<Tokens> Refresh(string refreshToken, RequestKey? request)
    {
        if (!RefreshToken.TryDecode(refreshToken, out var token) || Known() is not { } session)
            throw AccountErrors.BadRefreshToken();
        switch (session.Judge(token, _clock.Now()))
        {
            case RefreshVerdict.Replayed:
                AccountLog.RefreshTokenReplayed(_log, session.Id);
                await Revoke();
                throw AccountErrors.BadRefreshToken();
            case RefreshVerdict.Bad:
                throw AccountErrors.BadRefreshToken();
        }

        var next = RefreshToken.New(session.Id, session.Generation + 1);
        var tokens = await TokensFor(session.UserId, next);
        var rotated = session.Rotate(next, _clock.Now(), _options.RefreshTokenLifetime);
        await _state.Commit(rotated, request, tokens, AccountJson.Default.Tokens);
        return tokens;
    }

    public async Task Revoke()
    {
        if (Known() is not { } session)
            return;
        await _state.Commit(session.Revoke(_clock.Now()));
        _revoked.Add(session.Id);
    }

    // Ids of sessions that do not exist are made up by whoever guesses; they are not to be kept in memory.
    private Session? Known()
    {
        if (_state.Working is null)
            DeactivateOnIdle();
        return _state.Working;
    }

    private async Task<Tokens> TokensFor(Guid userId, RefreshToken token) =>
        new(await _tokens.Issue(userId, token.SessionId), token.Encode(), _tokens.ExpiresIn);
}
