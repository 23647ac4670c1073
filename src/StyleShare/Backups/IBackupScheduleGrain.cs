namespace StyleShare.Backups;

/// <summary>Has a backup made each day, by one silo of all; there is one of it, with the key 0.</summary>
[Alias("StyleShare.Backups.IBackupScheduleGrain")]
public interface IBackupScheduleGrain : IGrainWithIntegerKey
{
    /// <summary>Sees to it that a backup is made each day from now on; done by each silo that starts.</summary>
    Task Schedule();
}
