namespace Orleans.Embedded;

/// <summary>The life of an activation, in order.</summary>
internal enum ActivationState : byte
{
    /// <summary>In the directory; its first turn is yet to come.</summary>
    Creating,

    /// <summary>Made, loaded, <c>OnActivateAsync</c>: calls wait.</summary>
    Activating,

    /// <summary>Serves calls.</summary>
    Valid,

    /// <summary>Asked to end: what runs may finish, other calls wait for the successor.</summary>
    Stopping,

    /// <summary><c>OnDeactivateAsync</c>.</summary>
    Deactivating,

    /// <summary>Out of the directory; takes no calls.</summary>
    Invalid,
}
