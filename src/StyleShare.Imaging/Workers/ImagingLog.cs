using Microsoft.Extensions.Logging;

namespace StyleShare.Imaging.Workers;

/// <summary>Log messages of this part.</summary>
internal static partial class ImagingLog
{
    [LoggerMessage(10_801, LogLevel.Debug, "Image worker {Process} started, with libvips {Version}.")]
    public static partial void Started(ILogger logger, int process, string version);

    [LoggerMessage(10_802, LogLevel.Warning, "The memory of image workers is not limited here: the kernel gave one more than it was to have.")]
    public static partial void NotLimited(ILogger logger);

    [LoggerMessage(10_803, LogLevel.Warning, "Image worker {Process} came to no answer and is replaced.")]
    public static partial void Failed(ILogger logger, int process, Exception exception);

    [LoggerMessage(10_804, LogLevel.Error, "No image worker can be started; photos wait until one can.")]
    public static partial void Unavailable(ILogger logger, Exception exception);
}
