namespace Orleans.Runtime
{
    /// <summary>A way to choose the silo of a new activation.</summary>
    public abstract class PlacementStrategy;

    /// <summary>See <see cref="Placement.RandomPlacementAttribute"/>.</summary>
    public class RandomPlacement : PlacementStrategy;

    /// <summary>See <see cref="Placement.PreferLocalPlacementAttribute"/>.</summary>
    public class PreferLocalPlacement : PlacementStrategy;

    /// <summary>See <see cref="Placement.HashBasedPlacementAttribute"/>.</summary>
    public class HashBasedPlacement : PlacementStrategy;

    /// <summary>See <see cref="Placement.ActivationCountBasedPlacementAttribute"/>.</summary>
    public class ActivationCountBasedPlacement : PlacementStrategy;
}

namespace Orleans.Configuration
{
    /// <summary>How <see cref="Placement.ActivationCountBasedPlacementAttribute"/> chooses.</summary>
    public class ActivationCountBasedPlacementOptions
    {
        /// <summary>The <see cref="ChooseOutOf"/> unless set.</summary>
        public const int DEFAULT_ACTIVATION_COUNT_PLACEMENT_CHOOSE_OUT_OF = 2;

        /// <summary>
        /// How many silos are compared; 2: enough to keep loads level, and not so many that all silos send everything to the same
        /// one until it reports (Mitzenmacher, The Power of Two Choices in Randomized Load Balancing).
        /// </summary>
        public int ChooseOutOf { get; set; } = DEFAULT_ACTIVATION_COUNT_PLACEMENT_CHOOSE_OUT_OF;
    }
}
