using EngineTests.Stress;

namespace EngineTests.Directory;

/// <summary>The directory under every order of events that a random number generator thinks of.</summary>
public sealed class DirectoryModelTests(ITestOutputHelper output)
{
    [Fact]
    public void A_grain_has_one_holder_and_every_question_an_answer_whatever_the_order_of_messages_and_views()
    {
        var first = Seed.Next();
        int granted = 0, lost = 0;
        for (var run = 0; run < 40; run++)
        {
            var model = new DirectoryModel(unchecked(first + run));
            model.Run(steps: 600);
            granted += model.Granted;
            lost += model.Lost;
        }

        output.WriteLine($"{granted} claims were granted, {lost} messages lost.");
        Assert.True(granted > 100, "The model does next to nothing.");
    }
}
