using StyleShare.Accounts;

namespace StyleShare.Tests.Accounts;

public sealed class NameTests
{
    [Theory]
    [InlineData("mina", "mina")]
    [InlineData("Mina.Kim_97", "mina.kim_97")]
    [InlineData("abc", "abc")]
    [InlineData("012345678901234567890123456789", "012345678901234567890123456789")]
    public void A_handle_is_folded(string text, string expected)
    {
        Assert.True(Handle.TryFold(text, out var handle));
        Assert.Equal(expected, handle);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ab")]
    [InlineData("0123456789012345678901234567890")]
    [InlineData("mi na")]
    [InlineData(" mina")]
    [InlineData("mina-kim")]
    [InlineData("mi\u200bna")] // zero-width space
    [InlineData("mi\u200dna")] // zero-width joiner
    [InlineData("\u202emina")] // right-to-left override
    [InlineData("m\u0456na")] // Cyrillic i
    [InlineData("\u212aim")] // Kelvin sign, which lower-cases to k
    [InlineData("mına")] // dotless i
    [InlineData("ｍｉｎａ")] // full width
    [InlineData("민아님")]
    [InlineData("mi\0na")]
    public void A_handle_of_anything_else_is_refused(string text) => Assert.False(Handle.TryFold(text, out _));

    [Theory]
    [InlineData("mina@example.com", "mina@example.com")]
    [InlineData("  mina@example.com ", "mina@example.com")]
    [InlineData("Mina.Kim+shop@Example.CO.KR", "Mina.Kim+shop@example.co.kr")]
    [InlineData("o'neil@a-b.example", "o'neil@a-b.example")]
    public void An_address_is_normalised(string text, string expected)
    {
        Assert.True(EmailAddress.TryNormalize(text, out var address));
        Assert.Equal(expected, address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mina")]
    [InlineData("@example.com")]
    [InlineData("mina@")]
    [InlineData("mina@example")]
    [InlineData("mina@@example.com")]
    [InlineData("mi na@example.com")]
    [InlineData(".mina@example.com")]
    [InlineData("mi..na@example.com")]
    [InlineData("mina@-example.com")]
    [InlineData("mina@example..com")]
    [InlineData("mina@exam_ple.com")]
    [InlineData("mina@[10.0.0.1]")]
    [InlineData("\"mina\"@example.com")]
    [InlineData("mina@example.com\r\nBcc: all@example.com")]
    [InlineData("mina\0@example.com")]
    [InlineData("민아@example.com")]
    public void What_is_no_address_is_refused(string text) => Assert.False(EmailAddress.TryNormalize(text, out _));

    [Fact]
    public void An_address_has_its_limits()
    {
        var labels = string.Join('.', Enumerable.Repeat(new string('a', 60), 3));
        Assert.True(EmailAddress.TryNormalize($"{new string('m', 64)}@{labels}.co", out _));
        Assert.False(EmailAddress.TryNormalize($"{new string('m', 65)}@{labels}.co", out _));
        Assert.False(EmailAddress.TryNormalize($"mina@{new string('a', 64)}.com", out _));
        Assert.False(EmailAddress.TryNormalize($"{new string('m', 64)}@{labels}.{new string('b', 10)}", out _));
        Assert.False(EmailAddress.TryNormalize(new string('m', 1_000_000), out _));
    }

    [Fact]
    public void Logins_that_mean_the_same_name_the_same_claim()
    {
        Assert.Equal(ClaimKeys.ForLogin("mina"), ClaimKeys.ForLogin("MINA"));
        Assert.Equal(ClaimKeys.ForLogin("mina@example.com"), ClaimKeys.ForLogin("Mina@EXAMPLE.com"));
        Assert.NotEqual(ClaimKeys.ForLogin("mina@example.com"), ClaimKeys.ForLogin("mina@example.org"));
        Assert.Null(ClaimKeys.ForLogin("no such thing"));
        Assert.Null(ClaimKeys.ForLogin("mina@"));
    }

    [Fact]
    public void A_claims_key_does_not_tell_the_address() =>
        Assert.DoesNotContain("mina", ClaimKeys.ForEmail("mina@example.com"), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void A_password_is_counted_in_characters_and_composed()
    {
        Assert.False(Password.TryPrepare(new string('x', 9), out _));
        Assert.True(Password.TryPrepare(new string('x', 10), out _));
        Assert.True(Password.TryPrepare(string.Concat(Enumerable.Repeat("🧥", 128)), out _));
        Assert.False(Password.TryPrepare(new string('x', 129), out _));
        Assert.False(Password.TryPrepare("xxxxxxxxxx\ud800", out _));
        Assert.True(Password.TryPrepare("비밀번호비밀번호비밀", out var composed));
        var typedApart = "비밀번호비밀번호비밀".Normalize(System.Text.NormalizationForm.FormD);
        Assert.True(Password.TryPrepare(typedApart, out var decomposed));
        Assert.Equal(composed, decomposed);
    }
}
