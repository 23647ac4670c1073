using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using StyleShare.People;
using StyleShare.Requests;
using StyleShare.Storage;

namespace StyleShare.Accounts;

/// <summary>An account. Reentrant, so that a password being hashed holds nobody up.</summary>
[Reentrant]
internal sealed class AccountGrain : Grain, IAccountGrain
{
    private readonly AccountStore _store;
    private readonly Passwords _passwords;
    private readonly AccessTokens _tokens;
    private readonly AccountEraser _eraser;
    private readonly SessionEnder _sessions;
    private readonly Ids _ids;
    private readonly TimeProvider _clock;
    private readonly AccountOptions _options;
    private readonly ILogger<AccountGrain> _log;
    private readonly CommittedState<Account, AccountFact> _state;
    private bool _signingUp;

    public AccountGrain(
        AccountStore store,
        ICommitter committer,
        Passwords passwords,
        AccessTokens tokens,
        AccountEraser eraser,
        SessionEnder sessions,
        Ids ids,
        TimeProvider clock,
        IOptions<AccountOptions> options,
        ILogger<AccountGrain> log)
    {
        _store = store;
        _passwords = passwords;
        _tokens = tokens;
        _eraser = eraser;
        _sessions = sessions;
        _ids = ids;
        _clock = clock;
        _options = options.Value;
        _log = log;
        _state = new CommittedState<Account, AccountFact>(
            committer, AccountTable.Credentials, AccountTable.Write, _ => DeactivateOnIdle());
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (account, version) = await _store.Account(this.GetPrimaryKey(), cancellationToken);
        _state.Load(account, version);
    }

    public async Task<SignedUp> SignUp(SignUp command)
    {
        var wish = NewAccount.From(command);

        // A second one at the same time would give back the names that the first one takes.
        if (_state.Working is not null || _signingUp)
            throw AccountErrors.AccountExists();
        _signingUp = true;
        try
        {
            return await SignUp(wish, command.Request);
        }
        finally
        {
            _signingUp = false;
        }
    }

    public async Task<Tokens> SignIn(string password, RequestKey? request)
    {
        if (_state.Committed is not { IsOpen: true } account || !Password.TryPrepare(password, out var prepared))
        {
            ForgetIfNobody();
            await _passwords.PretendAsync(password);
            throw AccountErrors.BadCredentials();
        }

        var verdict = await _passwords.VerifyAsync(account.PasswordHash, prepared);
        if (verdict == PasswordVerdict.Wrong)
            throw AccountErrors.BadCredentials();
        if (verdict == PasswordVerdict.RightButHashedWeakly)
            await Rehash(prepared, account.PasswordChangedAt);
        var session = GrainFactory.GetGrain<ISessionGrain>(_ids.Next());
        var tokens = await session.Start(account.UserId, request);
        if (_state.Committed is { IsOpen: true } now && now.PasswordChangedAt == account.PasswordChangedAt)
            return tokens;
        await session.Revoke();
        throw AccountErrors.BadCredentials();
    }

    public async Task<string?> IssueReset(string addressKey)
    {
        ForgetIfNobody();
        if (_state.Working is not { IsOpen: true } account)
            return null;
        var token = ResetToken.New(account.UserId);
        var now = _clock.Now();
        await _state.Commit(account.IssueReset(new PasswordReset(token.Hash(), addressKey, now + _options.ResetLifetime), now));
        return token.Encode();
    }

    public async Task<bool> ResetPassword(string token, string password, RequestKey? request)
    {
        ForgetIfNobody();
        if (!Password.TryPrepare(password, out var prepared))
            throw AccountErrors.Invalid("password", Password.Rule);
        if (!ResetToken.TryDecode(token, out var secret) || _state.Working?.ResetOf(secret, _clock.Now()) is not { } reset)
            throw AccountErrors.BadResetToken();
        var id = this.GetPrimaryKey();
        var person = GrainFactory.GetGrain<IUserGrain>(id);
        if (!await person.Uses(reset.AddressKey))
            throw AccountErrors.BadResetToken();
        var hash = await _passwords.HashAsync(prepared);

        // Asked again by the rule: of two at the same time, the second finds the link used.
        var now = _clock.Now();
        var changed = (_state.Working ?? throw AccountErrors.BadResetToken()).ResetPassword(secret, hash, now);
        await _state.Commit(changed, request, answer: true, AccountJson.Default.Boolean);
        AccountLog.PasswordReset(_log, id);
        await Finish(person, reset, now);
        return true;
    }

    public Task<bool> Exists()
    {
        ForgetIfNobody();
        return Task.FromResult(_state.Committed is { IsOpen: true });
    }

    public async Task Erase()
    {
        ForgetIfNobody();
        if (_state.Working is not { } account)
            return;
        await _state.Commit(account.AskErase(_clock.Now()));
        AccountLog.EraseAsked(_log, account.UserId);
        await _eraser.Hide(account.UserId);
    }

    public async Task FinishErase()
    {
        if (_state.Working is { } account)
            await _state.Commit(account.FinishErase(_clock.Now()));
    }

    // The password is another one by now, and a job ends the sessions in any case; this is for the next request to find them so.
    private async Task Finish(IUserGrain person, PasswordReset reset, DateTimeOffset at)
    {
        try
        {
            await _sessions.End(this.GetPrimaryKey(), at);
            await person.ConfirmEmail(reset.AddressKey);
        }
        catch (Exception e)
        {
            AccountLog.ResetNotFinished(_log, this.GetPrimaryKey(), e);
        }
    }

    private async Task<SignedUp> SignUp(NewAccount wish, RequestKey? request)
    {
        var id = this.GetPrimaryKey();
        var started = _clock.GetTimestamp();
        var claims = new NameClaims(GrainFactory, id, request?.Id ?? id.ToString("N"), _log);
        await claims.Take(wish.Handle, wish.Email);
        try
        {
            var hash = await _passwords.HashAsync(wish.Password);
            if (_clock.GetElapsedTime(started) > _options.ClaimSettled / 2)
                throw AccountErrors.TooSlow();
            return await Open(wish, hash, request);
        }
        catch (ChangeRefusedException e) when (e.Constraint is UserTable.HandleKey or UserTable.EmailKey)
        {
            await claims.Restore(wish.Handle, wish.Email, _store);
            throw e.Constraint == UserTable.HandleKey ? AccountErrors.HandleTaken() : AccountErrors.EmailTaken();
        }
        catch (Exception e) when (e is Refusal or ChangeRefusedException)
        {
            // Nothing was written, surely. After anything else the names stay: they are in use, or go to the next who asks.
            await claims.Release(wish.Handle, wish.Email);
            throw;
        }
    }

    private async Task<SignedUp> Open(NewAccount wish, string passwordHash, RequestKey? request)
    {
        var now = _clock.Now();
        var person = User.New(this.GetPrimaryKey(), wish.Handle, wish.Email, wish.DisplayName, wish.Locale, now);
        var token = RefreshToken.New(_ids.Next(), generation: 1);
        var session = Session.Start(person.Id, token, now, _options.RefreshTokenLifetime).Next;
        var access = await _tokens.Issue(person.Id, session.Id);
        var answer = new SignedUp(
            person.View(posts: 0, version: 1), new Tokens(access, token.Encode(), _tokens.ExpiresIn));
        var opened = Account.Open(_state.Working, person, passwordHash, session);
        await _state.Commit(opened, request, answer, AccountJson.Default.SignedUp);
        return answer;
    }

    // Only if it is still the same password: a reset meanwhile must not be undone.
    private async Task Rehash(string password, DateTimeOffset? changedAt)
    {
        var hash = await _passwords.HashAsync(password);
        if (_state.Working is { } account && account.PasswordChangedAt == changedAt)
            await _state.Commit(account.Rehash(hash));
    }

    // Ids of accounts that do not exist are made up by whoever guesses; they are not to be kept in memory. Nor would this
    // one learn of it if they came to be.
    private void ForgetIfNobody()
    {
        if (_state.Working is null)
            DeactivateOnIdle();
    }
}
