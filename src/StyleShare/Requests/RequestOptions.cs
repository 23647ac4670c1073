using System.ComponentModel.DataAnnotations;

namespace StyleShare.Requests;

/// <summary>How idempotent requests are remembered (<c>StyleShare:Requests</c>).</summary>
public sealed class RequestOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "StyleShare:Requests";

    /// <summary>
    /// How long a request may run before another one with its key is let through: twice a call's time limit. Should the
    /// first one commit after all, the second one is refused by the database.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan RunningLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer is kept: what the API promises to its clients.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan KeptFor { get; set; } = TimeSpan.FromHours(24);
}
