using Microsoft.Extensions.DependencyInjection;
using StyleShare.Points;

namespace StyleShare.Tests.Points;

public sealed class HoldAuditTests
{
    [Theory]
    [InlineData("UPDATE member_points SET held = held + 1", "held is not the sum of the open holds")]
    [InlineData("DELETE FROM member_points", "held is not the sum of the open holds")]
    [InlineData("UPDATE point_holds SET points = points + 100 WHERE state = 'held'", "the parts of a hold do not sum to it")]
    [InlineData(
        "UPDATE point_holds SET points = 500, parts = '[{\"points\":500}]' WHERE state = 'held'; UPDATE member_points SET held = 500",
        "more is held than there is", "more is held of a lot than it has")]
    [InlineData(
        "UPDATE point_holds SET captured_points = captured_points - 1 WHERE state = 'captured'",
        "a captured hold is not in the ledger as it was captured")]
    [InlineData("DELETE FROM point_holds WHERE state = 'captured'", "a redemption in the ledger is of no captured hold")]
    [InlineData("UPDATE point_gifts SET points = 1", "a gift is not in the ledger as it was given")]
    public async Task The_audit_names_what_is_off_between_holds_and_the_ledger(string tampering, params string[] problems)
    {
        await using var steps = new PointsSteps();
        await steps.InitializeAsync();
        var member = await steps.Member(200);
        await member.Grain.Capture((await member.Grain.Hold(50, null)).Id, 40, null);
        await member.Grain.Give(new(await steps.AddPerson(), 10, null, null));
        await member.Grain.Hold(100, null);
        Assert.Empty(await steps.Audit());
        await steps.Database.ExecuteAsync(tampering);
        var found = (await steps.Audit()).Select(problem => problem.Check).ToList();
        Assert.All(problems, problem => Assert.Contains(problem, found, StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_a_person_wrote_to_others_is_forgotten_with_them_and_the_points_stay()
    {
        await using var steps = new PointsSteps();
        await steps.InitializeAsync();
        var giver = await steps.Member(200);
        var other = giver with { User = await steps.AddPerson() };
        await giver.Grain.Give(new(other.User, 100, "From Mina, with love", null));
        await other.Grain.Give(new(giver.User, 50, "Half of it back", null));
        await steps.Silo.Services.GetRequiredService<PointsErasure>().Erase(giver.User);
        Assert.Equal("Half of it back", await steps.Database.ScalarAsync<string>("SELECT string_agg(note, ';') FROM point_gifts"));
        Assert.Equal(0, await steps.Database.ScalarAsync<long>("SELECT count(*) FROM ledger_transactions WHERE note IS NOT NULL"));
        Assert.Equal(50, (await other.Grain.Balance()).Balance);
        Assert.Empty(await steps.Audit());
    }
}
