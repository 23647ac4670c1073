using System.Collections.Immutable;
using StyleShare.Shops;

namespace StyleShare.Tests.Shops;

public sealed class MerchantRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly ProgramEdit NoEdit = new(null, null, null, null, null, false, null, null, false, null);
    private readonly ApiKey _key = ApiKey.New(Guid.NewGuid(), Guid.NewGuid());

    [Fact]
    public void A_key_is_read_as_it_was_written_and_nothing_else_is_one()
    {
        var text = _key.Encode();
        Assert.True(ApiKey.TryDecode(text, out var read));
        Assert.Equal((_key.MerchantId, _key.KeyId), (read.MerchantId, read.KeyId));
        Assert.Equal(_key.Hash(), read.Hash());
        foreach (var other in new[] { "", "ssk_", text[..^1], text + "A", "SSK_" + text[4..], text[4..], text[..^1] + "!", text.Replace('_', '-') + " " })
            Assert.False(ApiKey.TryDecode(other, out _), other);
    }

    [Fact]
    public void Only_the_right_secret_of_a_known_key_is_admitted()
    {
        var shop = Shop();
        Assert.True(shop.Admits(_key.KeyId, _key.Hash().AsSpan(), Now));
        Assert.False(shop.Admits(Guid.NewGuid(), _key.Hash().AsSpan(), Now));
        Assert.False(shop.Admits(_key.KeyId, ApiKey.New(shop.Id, _key.KeyId).Hash().AsSpan(), Now));
        Assert.DoesNotContain(_key.Secret.ToArray(), Array.ConvertAll([.. shop.Keys], key => key.SecretHash.ToArray()));
    }

    [Fact]
    public void The_old_key_is_good_until_its_time_is_over_and_a_third_one_does_not_prolong_it()
    {
        var (second, third) = (New(), New());
        var shop = Shop().AddKey(second, Now, Day, limit: 10).Next;
        shop = shop.AddKey(third, Now + Day / 2, Day, limit: 10).Next;
        Assert.True(Admits(shop, _key, Now + Day - TimeSpan.FromTicks(1)));
        Assert.False(Admits(shop, _key, Now + Day));
        Assert.True(Admits(shop, second, Now + Day));
        Assert.False(Admits(shop, second, Now + Day * 3 / 2));
        Assert.True(Admits(shop, third, Now + Day * 1_000));
    }

    [Fact]
    public void Keys_that_have_ended_are_forgotten_and_leave_room_for_others()
    {
        var shop = Shop().AddKey(New(), Now, Day, limit: 2).Next;
        Assert.Equal("too_many_api_keys", Assert.Throws<Refusal>(() => shop.AddKey(New(), Now, Day, limit: 2)).Code);
        Assert.Equal(2, shop.AddKey(New(), Now + Day, Day, limit: 2).Next.Keys.Length);
    }

    [Fact]
    public void A_revoked_key_ends_at_once_and_cannot_be_revoked_again()
    {
        var other = New();
        var shop = Shop().AddKey(other, Now, Day, limit: 10).Next.RevokeKey(_key.KeyId, Now).Next;
        Assert.False(Admits(shop, _key, Now));
        Assert.True(Admits(shop, other, Now));
        Assert.Equal("api_key_not_found", Assert.Throws<Refusal>(() => shop.RevokeKey(_key.KeyId, Now)).Code);
    }

    [Fact]
    public void Another_ones_shop_is_not_there() =>
        Assert.Equal("merchant_not_found", Assert.Throws<Refusal>(() => Merchant.Own(Shop(), Guid.NewGuid())).Code);

    [Theory]
    [InlineData("earnBps")]
    [InlineData("sharePoolBps")]
    [InlineData("shareSplit")]
    [InlineData("expiryDays")]
    [InlineData("minRedeem")]
    [InlineData("maxPerPurchase")]
    public void A_program_out_of_its_bounds_is_refused(string field)
    {
        var program = PointsProgram.Earning(500);
        PointsProgram[] wrong = field switch
        {
            "earnBps" => [program with { EarnBps = -1 }, program with { EarnBps = 10_001 }],
            "sharePoolBps" => [program with { SharePoolBps = -1 }, program with { SharePoolBps = 10_001 }],
            "shareSplit" =>
            [
                program with { ShareSplit = [] }, program with { ShareSplit = [1, 0] },
                program with { ShareSplit = [.. Enumerable.Repeat(1, 11)] }, program with { ShareSplit = [10_001] },
            ],
            "expiryDays" => [program with { ExpiryDays = 0 }, program with { ExpiryDays = 36_501 }],
            "minRedeem" => [program with { MinRedeem = 0 }, program with { MinRedeem = PointsProgram.MaxAmount + 1 }],
            _ => [program with { MaxPerPurchase = -1 }, program with { MaxPerPurchase = PointsProgram.MaxAmount + 1 }],
        };
        Assert.Empty(program.Problems());
        foreach (var each in wrong)
        {
            Assert.Equal(field, Assert.Single(each.Problems()).Field);
            Assert.Equal("invalid_merchant", Assert.Throws<Refusal>(() => Open(each)).Code);
        }
    }

    [Fact]
    public void An_edit_that_changes_nothing_is_none()
    {
        var shop = Shop();
        Assert.Empty(shop.Edit(shop.Name, NoEdit with { ShareSplit = [.. shop.Program.ShareSplit], NeverExpires = true }, Now).Facts);
        Assert.Single(shop.Edit(shop.Name, NoEdit with { Active = false }, Now).Facts);
        Assert.Throws<Refusal>(() => shop.Edit(null, NoEdit with { EarnBps = -1 }, Now));
    }

    private Merchant Shop() => Open(PointsProgram.Earning(500) with { ShareSplit = ImmutableArray.Create(70, 30) });

    private Merchant Open(PointsProgram program) =>
        Merchant.Open(null, _key.MerchantId, Guid.NewGuid(), "Oat", "KRW", program, _key, Now).Next;

    private ApiKey New() => ApiKey.New(_key.MerchantId, Guid.NewGuid());

    private static bool Admits(Merchant shop, ApiKey key, DateTimeOffset at) => shop.Admits(key.KeyId, key.Hash().AsSpan(), at);
}
