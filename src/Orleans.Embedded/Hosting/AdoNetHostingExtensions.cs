using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Embedded;

namespace Orleans.Hosting
{
    /// <summary>Makes silos of several processes one cluster, by tables of a database.</summary>
    public static class AdoNetHostingExtensions
    {
        /// <summary>
        /// Keeps the cluster's members in a database, in the tables OrleansMembershipTable and OrleansMembershipVersionTable; silos of one
        /// cluster id find each other there.
        /// </summary>
        public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions) =>
            builder.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> options) => options.Configure(configureOptions));

        /// <inheritdoc cref="UseAdoNetClustering(ISiloBuilder, Action{AdoNetClusteringSiloOptions})"/>
        public static ISiloBuilder UseAdoNetClustering(
            this ISiloBuilder builder, Action<OptionsBuilder<AdoNetClusteringSiloOptions>> configureOptions)
        {
            ArgumentNullException.ThrowIfNull(configureOptions);
            configureOptions(builder.Services.AddOptions<AdoNetClusteringSiloOptions>());
            builder.Services.TryAddSingleton<IMembershipStore>(provider =>
            {
                var options = provider.GetRequiredService<IOptions<AdoNetClusteringSiloOptions>>().Value;
                return new PostgresMembershipStore(
                    AdoNetSource.Of("Clustering", options.Invariant, options.ConnectionString, options.DataSource),
                    provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId);
            });
            return builder;
        }
    }
}

namespace Orleans.Configuration
{
    /// <summary>The database of the cluster's members.</summary>
    public class AdoNetClusteringSiloOptions
    {
        /// <summary>The provider's name; here it is Npgsql.</summary>
        public string Invariant { get; set; } = "";

        /// <summary>Leads to the database, unless <see cref="DataSource"/> does.</summary>
        public string ConnectionString { get; set; } = "";

        /// <summary>Leads to the database, with connections that others use too; an NpgsqlDataSource.</summary>
        public DbDataSource? DataSource { get; set; }
    }
}
