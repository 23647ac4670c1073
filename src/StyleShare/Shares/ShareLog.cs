using Microsoft.Extensions.Logging;

namespace StyleShare.Shares;

/// <summary>Log messages of this feature. Ids and the services' own words only: no tokens, addresses or texts.</summary>
internal static partial class ShareLog
{
    [LoggerMessage(1, LogLevel.Information, "Share {Share} was not sent to {Channel}: {Reason}")]
    public static partial void NotSent(ILogger log, Guid share, ShareChannel channel, string reason);
}
