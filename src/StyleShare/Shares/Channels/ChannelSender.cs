using System.Text.Json;
using StyleShare.Development;
using StyleShare.Outbound;
using StyleShare.Shares.Connections;

namespace StyleShare.Shares.Channels;

/// <summary>Sends shares to whatever channel they are for; what no settings lead to goes to the development outbox.</summary>
internal sealed class ChannelSender(IEnumerable<IChannelSender> senders, DevelopmentOutbox outbox)
{
    private readonly Dictionary<ShareChannel, IChannelSender> _senders = senders.ToDictionary(sender => sender.Channel);

    /// <summary>Sends.</summary>
    /// <exception cref="Exception">The channel was not reached, or failed: to be tried again.</exception>
    public async Task<ShareOutcome> Send(Connection connection, ShareMessage message, CancellationToken cancellation)
    {
        var sender = _senders[connection.Channel];
        if (!sender.IsOn)
        {
            var json = JsonSerializer.Serialize(message, ChannelJson.Default.ShareMessage);
            await outbox.Keep(ShareNames.Of(connection.Channel), connection.Label, json, cancellation);
            return new ShareOutcome.Sent();
        }

        try
        {
            return await sender.Send(connection, message, cancellation);
        }
        catch (ServiceBusyException e)
        {
            return new ShareOutcome.RetryAfter(e.After);
        }
    }
}
