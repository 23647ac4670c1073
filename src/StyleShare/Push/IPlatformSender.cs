namespace StyleShare.Push;

/// <summary>Sends to the devices of one platform.</summary>
internal interface IPlatformSender
{
    /// <summary>Which.</summary>
    PushPlatform Platform { get; }

    /// <summary>Whether the settings have what the platform wants to know of us.</summary>
    bool HasCredentials { get; }

    /// <summary>Sends; only with credentials.</summary>
    Task<PushOutcome> Send(string address, PushMessage message, CancellationToken cancellation);
}
