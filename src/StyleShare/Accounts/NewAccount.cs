using StyleShare.People;

namespace StyleShare.Accounts;

/// <summary>A wish for an account whose texts are checked and in the form that is kept.</summary>
public readonly record struct NewAccount(string Handle, string Email, string Password, string DisplayName, string? Locale)
{
    /// <summary>Checks the texts once more; the API has done so, with messages for every field.</summary>
    /// <exception cref="Refusal"><c>invalid_…</c>.</exception>
    public static NewAccount From(SignUp command)
    {
        if (!Accounts.Handle.TryFold(command.Handle, out var handle))
            throw AccountErrors.Invalid("handle", Accounts.Handle.Rule);
        if (!EmailAddress.TryNormalize(command.Email, out var email))
            throw AccountErrors.Invalid("email", EmailAddress.Rule);
        if (!Accounts.Password.TryPrepare(command.Password, out var password))
            throw AccountErrors.Invalid("password", Accounts.Password.Rule);
        var problem = Text.Clean(command.DisplayName, ProfileText.DisplayName, out var name);
        if (problem != TextProblem.None)
            throw AccountErrors.Invalid("display_name", Text.Describe(problem, ProfileText.DisplayName));
        string? locale = null;
        if (command.Locale is not null && !People.Locale.TryNormalize(command.Locale, out locale))
            throw AccountErrors.Invalid("locale", People.Locale.Rule);
        return new(handle, email, password, name, locale);
    }
}
