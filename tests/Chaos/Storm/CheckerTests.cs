namespace StyleShare.Chaos.Tests.Storm;

/// <summary>The checker finds what is wrong, and nothing else.</summary>
public sealed class CheckerTests
{
    private readonly History _history = new();

    [Fact]
    public void What_was_acknowledged_and_is_there_once_is_right() =>
        Agrees([new("post 1", "a", "mina")], Post("post 1", Outcome.Acknowledged, "a", "mina"));

    [Fact]
    public void What_has_lost_its_name_goes_by_its_id()
    {
        Agrees([new("", "a", "mina")], Post("post 1", Outcome.Acknowledged, "a", "mina"));
        Finds(Disagreement.Lost, [new("", "b", "mina")], Post("post 1", Outcome.Acknowledged, "a", "mina"));
    }

    [Fact]
    public void An_acknowledged_write_that_is_not_there_is_lost() =>
        Finds(Disagreement.Lost, [], Post("post 1", Outcome.Acknowledged, "a", "mina"));

    [Fact]
    public void A_write_that_is_there_twice_is_doubled_whatever_was_told()
    {
        Row[] twice = [new("post 1", "a", "mina"), new("post 1", "b", "mina")];
        Finds(Disagreement.Doubled, twice, Post("post 1", Outcome.Acknowledged, "a", "mina"));
        Finds(Disagreement.Doubled, twice, Post("post 1", Outcome.Unknown, null, "mina", 503));
    }

    [Fact]
    public void Another_value_or_id_than_the_one_told_is_found()
    {
        Finds(Disagreement.Changed, [new("post 1", "a", "hana")], Post("post 1", Outcome.Acknowledged, "a", "mina"));
        Finds(Disagreement.Changed, [new("post 1", "b", "mina")], Post("post 1", Outcome.Acknowledged, "a", "mina"));
    }

    [Fact]
    public void Of_an_unknown_outcome_there_is_one_row_or_none()
    {
        Agrees([], Post("post 1", Outcome.Unknown, null, "mina", 503));
        Agrees([new("post 1", "a", "mina")], Post("post 1", Outcome.Unknown, null, "mina", null));
    }

    [Fact]
    public void What_was_refused_or_what_nobody_asked_for_may_not_be_there()
    {
        Finds(Disagreement.Unasked, [new("post 1", "a", "mina")], Post("post 1", Outcome.Refused, null, "mina", 422));
        Finds(Disagreement.Unasked, [new("post 2", "b", "mina")], Post("post 1", Outcome.Unknown, null, "mina", 503));
    }

    [Fact]
    public void Two_answers_for_one_thing_must_name_the_same_row() => Finds(
        Disagreement.Changed, [new("post 1", "a", "mina")],
        Post("post 1", Outcome.Acknowledged, "a", "mina"), Post("post 1", Outcome.Acknowledged, "b", "mina"));

    [Fact]
    public void Of_a_like_the_last_acknowledged_word_counts()
    {
        Agrees([new("post mina", "", "on")], Like("off", 204), Like("on", 204));
        Finds(Disagreement.Lost, [], Like("off", 204), Like("on", 204));
        Finds(Disagreement.Changed, [new("post mina", "", "on")], Like("on", 204), Like("off", 204));
    }

    [Fact]
    public void A_like_that_nobody_told_of_may_have_come_at_any_time() =>
        Agrees([new("post mina", "", "on")], Like("on", null), Like("off", 204));

    [Fact]
    public void A_like_that_nobody_gave_is_found() => Finds(Disagreement.Unasked, [new("post hana", "", "on")], Like("on", null));

    [Fact]
    public void Contradictions_and_surprises_are_findings()
    {
        var evidence = new Evidence(new Dictionary<string, Row[]>(StringComparer.Ordinal), ["likes counted wrong"]);
        Assert.Equal(
            [Disagreement.Contradiction, Disagreement.Surprise],
            Checker.Check([], ["401"], evidence).Select(finding => finding.Kind));
    }

    private Intent Post(string caption, Outcome outcome, string? id, string value, int? status = 201)
    {
        var intent = _history.Begin(0, new("post", caption, value));
        intent.Attempts.Add(Answered(status));
        if (outcome == Outcome.Acknowledged)
            intent.Acknowledge(id, value);
        else if (outcome == Outcome.Refused)
            intent.Refuse();
        return intent;
    }

    private Intent Like(string value, int? status)
    {
        var intent = _history.Begin(0, new("like", "post mina", value));
        intent.Attempts.Add(Answered(status));
        if (status is not null)
            intent.Acknowledge(null, null);
        return intent;
    }

    private static Attempt Answered(int? status) => new("POST /v1/posts", "{}", "key", TimeSpan.Zero, TimeSpan.Zero, status, "", 1);

    private static void Agrees(Row[] rows, params Intent[] intents) => Assert.Empty(Check(rows, intents));

    private static void Finds(Disagreement disagreement, Row[] rows, params Intent[] intents) =>
        Assert.Contains(disagreement, Check(rows, intents).Select(finding => finding.Kind));

    private static List<Finding> Check(Row[] rows, Intent[] intents) => Checker.Check(
        intents, [], new(new Dictionary<string, Row[]>(StringComparer.Ordinal) { [intents[0].Kind] = rows }, []));
}
