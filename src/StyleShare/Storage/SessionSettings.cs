namespace StyleShare.Storage;

/// <summary>How the statements of a connection are planned and committed: PostgreSQL's settings, all of them known to be safe names.</summary>
internal sealed class SessionSettings(params (string Name, string Value)[] settings)
{
    /// <summary>For a connection that is opened, as its option <c>Options</c>.</summary>
    public string ForStartup { get; } = string.Join(' ', settings.Select(s => $"-c {s.Name}={s.Value}"));

    /// <summary>For a connection of one's own: statements that hold from now on.</summary>
    public string ForSession { get; } = string.Join("; ", settings.Select(s => $"SET {s.Name} = {s.Value}"));

    /// <summary>
    /// For a transaction, as its first statement: holds until its end. A query without rows, for <c>SET LOCAL</c> warns where a
    /// transaction is a batch without <c>BEGIN</c>.
    /// </summary>
    public string ForTransaction { get; } =
        $"SELECT WHERE concat({string.Join(", ", settings.Select(s => $"set_config('{s.Name}', '{s.Value}', true)"))}) IS NULL";
}
