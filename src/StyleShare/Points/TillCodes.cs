using Microsoft.Extensions.Options;

namespace StyleShare.Points;

/// <summary>A code and how long it is good for.</summary>
public readonly record struct MemberCode(string Code, DateTimeOffset ExpiresAt);

/// <summary>Makes the codes that apps show to tills, and finds what they stand for.</summary>
public sealed class TillCodes(IGrainFactory grains, LedgerClock clock, IOptions<PointsOptions> options)
{
    private const int Attempts = 5;
    private static readonly TimeSpan ShortestLast = TimeSpan.FromSeconds(1);
    private readonly PointsOptions _options = options.Value;

    /// <summary>A code by which a till knows who buys, once.</summary>
    public async Task<MemberCode> IssueMember(Guid user)
    {
        var code = await Make(new(user, Guid.Empty, HoldId: null), _options.MemberCodeFor);
        return new(code, clock.Now + _options.MemberCodeFor);
    }

    /// <summary>Who showed the code; null if nobody, or if it was taken before. It is good no more.</summary>
    public async Task<Guid?> TakeMember(string text)
    {
        if (!TillCode.TryParse(text, out var code))
            return null;
        var grain = grains.GetGrain<ITillCodeGrain>(code);
        // A redemption's code stays what it is.
        return await grain.Look() is { HoldId: null } && await grain.Take() is { } taken ? taken.UserId : null;
    }

    /// <summary>The code of a hold, as it was made before.</summary>
    public Task<string> Of(Redemption redemption) =>
        grains.GetGrain<IHoldCodeGrain>(redemption.Id).Current(MeaningOf(redemption), LastOf(redemption));

    /// <summary>Another code for a hold; the one before is good no more.</summary>
    public Task<string> Renew(Redemption redemption) =>
        grains.GetGrain<IHoldCodeGrain>(redemption.Id).Renew(MeaningOf(redemption), LastOf(redemption));

    /// <summary>Which hold of whom a code stands for at this shop; null if for none.</summary>
    /// <remarks>It is good until a while after the hold's end, so that a till is told what became of the hold.</remarks>
    public async Task<(Guid User, Guid Hold)?> FindRedemption(Guid merchant, string text) =>
        TillCode.TryParse(text, out var code)
        && await grains.GetGrain<ITillCodeGrain>(code).Look() is { HoldId: { } hold } meaning && meaning.MerchantId == merchant
            ? (meaning.UserId, hold)
            : null;

    internal async Task<string> Make(TillCodeMeaning meaning, TimeSpan lasts)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var code = TillCode.New();
            if (await grains.GetGrain<ITillCodeGrain>(code).Keep(meaning, lasts))
                return code;
        }

        throw new InvalidOperationException("Every code that was tried is in use, of 2^50: the random numbers are none.");
    }

    private static TillCodeMeaning MeaningOf(Redemption redemption) => new(redemption.UserId, redemption.MerchantId, redemption.Id);

    private TimeSpan LastOf(Redemption redemption)
    {
        var left = redemption.ExpiresAt - clock.Now + _options.CodeKnownAfter;
        return left > ShortestLast ? left : ShortestLast;
    }
}
