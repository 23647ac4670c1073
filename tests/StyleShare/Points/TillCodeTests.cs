using Microsoft.Extensions.DependencyInjection;
using StyleShare.Points;
using StyleShare.Testing;

namespace StyleShare.Tests.Points;

public sealed class TillCodeTests(PointsSteps steps) : IClassFixture<PointsSteps>
{
    [Theory]
    [InlineData("7K3M9QX2HB", "7K3M9QX2HB")]
    [InlineData("7k3m9-qx2hb", "7K3M9QX2HB")]
    [InlineData(" oilk3 m9qx2-", "011K3M9QX2")]
    [InlineData("oilk3 m9qx2", "011K3M9QX2")]
    [InlineData("7K3M9QX2HU", null)]
    [InlineData("7K3M9QX2H", null)]
    [InlineData("7K3M9QX2HBB", null)]
    [InlineData("", null)]
    [InlineData("----------", null)]
    [InlineData("７Ｋ３Ｍ９ＱＸ２ＨＢ", null)]
    [InlineData("7K3M9QX2HB7K3M9QX2HB7K3M9QX2HB", null)]
    public void A_code_is_read_as_people_type_it(string typed, string? code)
    {
        Assert.Equal(code is not null, TillCode.TryParse(typed, out var read));
        Assert.Equal(code ?? "", read);
    }

    [Fact]
    public void Codes_are_random_and_can_be_read()
    {
        var codes = Enumerable.Range(0, 1_000).Select(_ => TillCode.New()).ToList();
        Assert.Equal(1_000, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.True(TillCode.TryParse(code, out var read) && read == code));
    }

    [Fact]
    public async Task A_member_code_is_taken_once_by_whoever_comes_first_and_ends()
    {
        await using var silo = await steps.Start();
        var codes = silo.Services.GetRequiredService<TillCodes>();
        var user = steps.NewId();
        var code = await codes.IssueMember(user);
        var taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => codes.TakeMember(code.Code)));
        Assert.Equal([user], taken.OfType<Guid>());
        var late = await codes.IssueMember(user);
        silo.Time.Advance(new PointsOptions().MemberCodeFor);
        Assert.Null(await codes.TakeMember(late.Code));
    }

    [Fact]
    public async Task A_code_that_is_lost_with_its_silo_is_made_anew_for_the_same_hold()
    {
        var member = await steps.Member(100);
        Redemption held;
        string code;
        await using (var silo = await steps.Start())
        {
            held = await member.On(silo).Hold(40, null);
            code = await Codes(silo).Of(held);
            Assert.Equal(code, await Codes(silo).Of(held));
            Assert.Equal((member.User, held.Id), await Codes(silo).FindRedemption(member.Shop, code));
            Assert.Null(await Codes(silo).FindRedemption(steps.NewId(), code));
            await silo.KillAsync();
        }

        await using var next = await steps.Start();
        Assert.Null(await Codes(next).FindRedemption(member.Shop, code));
        var waiting = await member.On(next).Waiting(held.Id, null);
        var renewed = await Codes(next).Renew(waiting);
        Assert.Equal((member.User, held.Id), await Codes(next).FindRedemption(member.Shop, renewed));

        // A while after its end the till is still told what became of it, and then nothing.
        next.Time.Advance(new PointsOptions().HoldFor);
        Assert.NotNull(await Codes(next).FindRedemption(member.Shop, renewed));
        next.Time.Advance(new PointsOptions().CodeKnownAfter);
        Assert.Null(await Codes(next).FindRedemption(member.Shop, renewed));

        static TillCodes Codes(StyleShareCluster silo) => silo.Services.GetRequiredService<TillCodes>();
    }
}
