using System.Data.Common;
using Npgsql;
using Orleans.Runtime;

namespace Orleans.Embedded;

/// <summary>The database that options for ADO.NET name; here it is PostgreSQL.</summary>
internal static class AdoNetSource
{
    /// <exception cref="OrleansConfigurationException">They name none, or another one.</exception>
    public static NpgsqlDataSource Of(string feature, string invariant, string? connectionString, DbDataSource? source)
    {
        if (invariant != "Npgsql")
            throw new OrleansConfigurationException($"{feature}: what is kept is kept in PostgreSQL: Invariant must be 'Npgsql', and is '{invariant}'.");
        if (source is not null)
        {
            return source as NpgsqlDataSource
                ?? throw new OrleansConfigurationException($"{feature}: DataSource must be an {nameof(NpgsqlDataSource)}, and is a {source.GetType()}.");
        }

        return string.IsNullOrWhiteSpace(connectionString)
            ? throw new OrleansConfigurationException($"{feature}: a ConnectionString is needed, or a DataSource.")
            : NpgsqlDataSource.Create(connectionString);
    }
}
