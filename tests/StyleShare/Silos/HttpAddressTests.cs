using StyleShare.Silos;

namespace StyleShare.Tests.Silos;

public sealed class HttpAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8081", null, "127.0.0.1:8081")]
    [InlineData("http://localhost:8080/", null, "localhost:8080")]
    [InlineData("http://[::1]:8080", null, "[::1]:8080")]
    [InlineData("http://[::]:8080", null, "box:8080")]
    [InlineData("http://0.0.0.0:8080", "10.0.0.7", "10.0.0.7:8080")]
    [InlineData("http://+:80", "fd00::7", "[fd00::7]:80")]
    [InlineData("http://*:80", null, "box:80")]
    [InlineData("http://unix:/run/silo.sock http://10.1.1.1:5000", null, "10.1.1.1:5000")]
    [InlineData("http://127.0.0.1:0", null, null)]
    [InlineData("", null, null)]
    public void Others_reach_it_where_it_listens(string bound, string? advertised, string? expected) =>
        Assert.Equal(expected, HttpAddress.Of(bound.Split(' ', StringSplitOptions.RemoveEmptyEntries), advertised, "box"));
}
