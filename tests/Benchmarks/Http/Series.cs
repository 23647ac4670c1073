using System.Globalization;

namespace StyleShare.Benchmarks.Http;

/// <summary>What several runs of one measurement gave.</summary>
internal sealed class Series
{
    private readonly List<double> _values = [];

    public double Median
    {
        get
        {
            var sorted = _values.Order().ToArray();
            return sorted.Length % 2 == 1
                ? sorted[sorted.Length / 2]
                : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public void Add(double value) => _values.Add(value);

    /// <summary>The median, with the least and the greatest behind it.</summary>
    public string Show(string format) => _values.Count == 0
        ? "-"
        : string.Create(CultureInfo.InvariantCulture, $"{Number(Median, format)} ({Number(_values.Min(), format)}–{Number(_values.Max(), format)})");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
