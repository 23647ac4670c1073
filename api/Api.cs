using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StyleShare.Api.Contracts;
using StyleShare.Api.Conventions;
using StyleShare.Api.Docs;
using StyleShare.Silos;

namespace StyleShare.Api;

/// <summary>Puts the API into a host: its services, what every request passes, and its endpoints.</summary>
public static class Api
{
    /// <summary>Adds what the API needs besides the product's own services.</summary>
    public static IServiceCollection AddStyleShareApi(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ApiOptions>().BindConfiguration("StyleShare");
        services.AddOptionsWithValidateOnStart<HttpLimits>().BindConfiguration("StyleShare:Http").ValidateDataAnnotations();
        services.AddOptionsWithValidateOnStart<OperatorOptions>().BindConfiguration("StyleShare:Operators").ValidateDataAnnotations();
        services.AddSingleton<OperatorKey>();
        services.AddSingleton<Tills>();
        services.AddRateLimits();
        services.AddExceptionHandler<ExceptionProblems>();
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<HttpLimits>>((timeouts, limits) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy
            {
                Timeout = limits.Value.RequestTimeout,
                WriteTimeoutResponse = http => Problems.Unavailable(http, "timeout", "It took too long, and may have been done or not."),
            });
        services.AddSingleton<Pages>().AddSingleton<Idempotency>().AddSingleton<PostLists>().AddSingleton<PostAccess>().AddSingleton<Visibility>()
            .AddSingleton<NotificationLists>().AddSingleton<LiveStreams>().AddSingleton<OptionalCaller>().AddSingleton<WrongCodes>()
            .AddSingleton<ContentPolicy>().AddSingleton<Pictures>();
        services.AddApiDocument();
        return services;
    }

    /// <summary>Puts what every request passes, and all endpoints.</summary>
    public static void UseStyleShareApi(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = ServerError });
        app.UseStatusCodePages(context => Problems.OfStatus(context.HttpContext));
        app.Use(Hardening(app.Services.GetRequiredService<IDrain>()));
        app.UseRouting();
        app.UseMiddleware<Authentication>();
        app.UseRateLimits();
        app.UseRequestTimeouts();
        app.MapApiDocument();
        Make<ClientPage>().Map(app);

        var v1 = app.MapGroup("/v1").WithMetadata(NeedsCaller.Mark);
        Make<Accounts>().Map(v1);
        Make<Sessions>().Map(v1);
        Make<PasswordResetCalls>().Map(v1);
        Make<EmailVerifications>().Map(v1);
        Make<Me>().Map(v1);
        Make<Users>().Map(v1);
        Make<Photos>().Map(v1);
        Make<PhotoEvents>().Map(v1);
        Make<Posts>().Map(v1);
        Make<Likes>().Map(v1);
        Make<Comments>().Map(v1);
        Make<Saved>().Map(v1);
        Make<Tags>().Map(v1);
        Make<Feed>().Map(v1);
        Make<Notifications>().Map(v1);
        Make<NotificationStream>().Map(v1);
        Make<Devices>().Map(v1);
        Make<Preferences>().Map(v1);
        Make<Unsubscribe>().Map(v1);
        Make<Merchants>().Map(v1);
        Make<MerchantKeys>().Map(v1);
        Make<PointsCalls>().Map(v1);
        Make<RedemptionCalls>().Map(v1);
        Make<Transfers>().Map(v1);
        Make<MemberCodes>().Map(v1);
        Make<TillRedemptions>().Map(v1);
        Make<ShareCalls>().Map(v1);
        Make<ConnectionCalls>().Map(v1);
        Make<FollowedLinks>().Map(app);
        Make<Objects>().Map(app);
        Make<Purchases>().Map(v1);
        Make<Documents>().Map(v1);

        var ops = app.MapGroup("/ops/v1").WithMetadata(NeedsOperator.Mark);
        Make<Ops.Silos>().Map(ops);
        Make<Ops.Queues>().Map(ops);
        Make<Ops.DeadLetters>().Map(ops);
        Make<Ops.Outbox>().Map(ops);
        Make<Ops.LedgerCalls>().Map(ops);
        Make<Ops.Corrections>().Map(ops);

        T Make<T>() => ActivatorUtilities.CreateInstance<T>(app.Services);
    }

    /// <summary>Marks an endpoint as one for callers with an access token, as all of <c>/v1</c> are.</summary>
    public static TBuilder ForCallers<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(NeedsCaller.Mark);

    private static Task ServerError(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Problems.OfStatus(http);
    }

    // Browsers must not take an answer for anything but what it says it is. Of a silo that goes, clients and load balancers are to
    // keep no connection: a request on one that just closes would fail. HTTP/2 says so by a frame of its own.
    private static Func<HttpContext, RequestDelegate, Task> Hardening(IDrain drain) => (http, next) =>
    {
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (drain.IsDraining && !HttpProtocol.IsHttp2(http.Request.Protocol))
            http.Response.Headers.Connection = "close";
        return next(http);
    };
}
