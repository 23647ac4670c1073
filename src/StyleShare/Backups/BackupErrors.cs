namespace StyleShare.Backups;

/// <summary>The refusals of backups.</summary>
internal static class BackupErrors
{
    public static Refusal NoProgram(string program) => new(
        RefusalKind.Unprocessable,
        "backup_program_missing",
        $"{program} is not installed. On Debian: apt-get install postgresql-client; elsewhere say where it is ({BackupOptions.Section}:Programs).");

    public static Refusal ProgramFailed(string program, string said) => new(
        RefusalKind.Unavailable, "backup_program_failed", $"{program} failed: {said}");

    public static Refusal NoBackup(string? name) => new(
        RefusalKind.NotFound, "backup_not_found", name is null ? "There is no backup." : $"There is no backup named {name}.");

    public static Refusal NotEmpty(string what) => new(
        RefusalKind.Conflict,
        "database_not_empty",
        $"The database is not empty ({what} is in it): a backup is restored into an empty one only. Make one (CREATE DATABASE) and name that.");

    public static Refusal NoTarget() => new(
        RefusalKind.Invalid, "target_missing", "Say where to: restore [NAME] --into \"Host=...;Username=...;Database=...\", an empty database.");

    public static Refusal PasswordGiven() => new(
        RefusalKind.Invalid, "password_in_arguments", "A password in the arguments is seen by everybody on the machine: give it by the environment variable PGPASSWORD.");

    public static Refusal Damaged(string name) => new(
        RefusalKind.Unprocessable, "backup_damaged", $"The dump of {name} is not the one that was made: its length or checksum is another. Take another backup.");

    public static Refusal TooNew(string name, int schema, int known) => new(
        RefusalKind.Unprocessable,
        "backup_too_new",
        $"The backup {name} has the schema {schema:0000}, and this version knows {known:0000} as the last one: restore it with the version that made it, or a later one.");
}
