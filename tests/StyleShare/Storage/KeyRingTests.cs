using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using StyleShare.Testing;

namespace StyleShare.Tests.Storage;

[Trait("Pooler", "transaction")]
public sealed class KeyRingTests
{
    private const string Secret = "a secret of more than thirty-two characters";

    [Fact]
    public async Task What_one_silo_protects_another_one_reads()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var one = await TestStorage.StartAsync(database.ConnectionString);
        var text = Protector(one).Protect("token");
        await using var two = await TestStorage.StartAsync(database.ConnectionString);
        Assert.Equal("token", Protector(two).Unprotect(text));
    }

    [Fact]
    public async Task With_a_secret_the_keys_are_of_no_use_to_a_reader_of_the_database()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var one = await TestStorage.StartAsync(database.ConnectionString, options => options.KeyRingSecret = Secret);
        var text = Protector(one).Protect("token");
        Assert.Equal(0, await database.ScalarAsync<long>(
            "SELECT count(*) FROM data_protection_keys WHERE element LIKE '%masterKey%' OR element LIKE '%value%'"));

        await using var two = await TestStorage.StartAsync(database.ConnectionString, options => options.KeyRingSecret = Secret);
        Assert.Equal("token", Protector(two).Unprotect(text));
        await using var reader = await TestStorage.StartAsync(database.ConnectionString, options => options.KeyRingSecret = Secret + "?");
        Assert.ThrowsAny<CryptographicException>(() => Protector(reader).Unprotect(text));
    }

    private static IDataProtector Protector(TestStorage storage) =>
        storage.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
