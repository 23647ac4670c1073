using System.ComponentModel.DataAnnotations;

namespace StyleShare.Api;

/// <summary>Settings of the API as a whole, section <c>StyleShare</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>The base of absolute links, such as <c>https://api.example.com</c>; without it links are relative.</summary>
    public Uri? PublicUrl { get; set; }
}

/// <summary>Limits that one request or one connection must keep, section <c>StyleShare:Http</c>.</summary>
public sealed class HttpLimits
{
    /// <summary>
    /// The largest request body, in bytes. A caption of 2,200 emoji, all written as <c>\u</c> escapes, is 26 kB and 20 items
    /// with long names and links some 60 kB; twice that leaves room, and a body is read into memory as a whole.
    /// </summary>
    [Range(1_024, 1_048_576)]
    public int MaxBodyBytes { get; set; } = 131_072;

    /// <summary>The most headers of a request. Browsers and proxies send 20 to 40.</summary>
    [Range(10, 1_000)]
    public int MaxHeaders { get; set; } = 64;

    /// <summary>All headers of a request together, in bytes.</summary>
    [Range(1_024, 131_072)]
    public int MaxHeaderBytes { get; set; } = 16_384;

    /// <summary>How long a client may take to send the headers, from the first byte on.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a connection may be silent between requests, and before the first. Longer than the 60 s for which common
    /// proxies keep theirs, so that it is the proxy that closes and no request meets a closed connection.
    /// </summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>How long a request may take in all, from its headers to its answer.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The slowest that a client may send a body or take an answer, in bytes a second, after a grace of 5 seconds: a quarter
    /// of what a bad 2G line gives. Whoever is slower is disconnected, so that nobody holds a silo's memory by not reading.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MinBytesPerSecond { get; set; } = 1_000;

    /// <summary>The most connections at a time. An idle one costs some 10 kB; above this new ones are closed at once.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>
    /// The proxies, as addresses or networks (<c>10.0.0.0/8</c>), whose <c>X-Forwarded-For</c> and <c>-Proto</c> are believed.
    /// None by default, for whoever can send that header could take any address.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];
}
