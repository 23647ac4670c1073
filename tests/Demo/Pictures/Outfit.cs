namespace StyleShare.Demo.Pictures;

/// <summary>Draws people in clothes, flat and simple, the same for the same seed.</summary>
internal static class Outfit
{
    private static readonly (int From, int To)[] Walls =
    [
        (0xF6E7D8, 0xE9C9AC), (0xE3ECEC, 0xB9CDD0), (0xEFE6F2, 0xCDB9D8), (0xE8EEDC, 0xC3D1AA), (0xFBEBC8, 0xF0CF8B), (0xF7DDDC, 0xE2AFAE),
        (0xDCE4F2, 0xA9BADA), (0xECE8E3, 0xCFC7BC), (0x46545C, 0x2B363D), (0x5A4A42, 0x3B302B),
    ];

    private static readonly int[] Cloths =
    [
        0x23272F, 0xC8B29A, 0x2E4368, 0xF1EBDD, 0x6B7145, 0x9DBBD4, 0x7A2637, 0x8C8C90, 0xB4532A, 0x3F5F4B, 0xD9A441, 0xB98AA0, 0xE0714F, 0x5B4B8A,
    ];

    private static readonly int[] Skins = [0xF3D3B8, 0xE8BD99, 0xC98F66, 0x9A6240, 0x6B4229];
    private static readonly int[] Hairs = [0x1F1A1A, 0x3B2A22, 0x6A4528, 0xA87B45, 0x2A2E3D];

    /// <summary>A picture of somebody in an outfit.</summary>
    public static byte[] Draw(ulong seed, int width, int height)
    {
        var dice = new Dice(seed);
        var canvas = new Canvas(width, height);
        var wall = dice.OneOf(Walls);
        Room(canvas, dice, Color.Of(wall.From), Color.Of(wall.To));
        // In a landscape there is room for two.
        var people = width > height * 1.2f ? 2 : 1;
        var tall = Math.Min(1f, height * 1.05f / Math.Max(width, height));
        for (var i = 0; i < people; i++)
            Person(canvas, dice, people == 1 ? 0 : (i * 420) - 210, tall);
        return canvas.ToPng();
    }

    /// <summary>A picture of somebody's face, square.</summary>
    public static byte[] DrawFace(ulong seed, int size)
    {
        var dice = new Dice(seed);
        var canvas = new Canvas(size, size);
        var wall = dice.OneOf(Walls);
        canvas.Ground(Color.Of(wall.From), Color.Of(wall.To), 1.2f);
        var (skin, hair, cloth) = (Color.Of(dice.OneOf(Skins)), Color.Of(dice.OneOf(Hairs)), Color.Of(dice.OneOf(Cloths)));
        canvas.Line((0, 60), (0, 250), 130, skin.Darker(0.08f));
        canvas.Polygon(cloth, 60, (-330, 560), (-250, 350), (-100, 290), (100, 290), (250, 350), (330, 560));
        Head(canvas, dice, (0, -60), 190, skin, hair);
        return canvas.ToPng();
    }

    private static void Room(Canvas canvas, Dice dice, Color from, Color to)
    {
        canvas.Ground(from, to, 0.6f + (float)dice.Fraction());
        switch (dice.Below(4))
        {
            case 0: // a sun behind
                canvas.Circle((dice.Below(300) - 150, -160), 300, from.Lighter(0.5f), 0.6f);
                break;
            case 1: // a window
                canvas.Polygon(from.Lighter(0.6f), 8, (-320, -420), (-60, -420), (-60, 60), (-320, 60));
                canvas.Line((-190, -420), (-190, 60), 10, to, 0.6f);
                break;
            case 2: // stripes
                for (var x = -500; x < 500; x += 90)
                    canvas.Line((x, -520), (x, 520), 34, to, 0.25f);
                break;
            default: // a plant
                for (var leaf = 0; leaf < 7; leaf++)
                    canvas.Line((300, 330), (210 + (leaf * 32), -40 - (Math.Abs(leaf - 3) * -34)), 30, Color.Of(0x55734F).Lighter(leaf * 0.04f), 0.9f);
                canvas.Polygon(Color.Of(0xA9623F), 6, (250, 320), (350, 320), (335, 450), (265, 450));
                break;
        }

        canvas.Polygon(to.Darker(0.15f), 0, (-520, 400), (520, 400), (520, 520), (-520, 520));
    }

    private static void Person(Canvas canvas, Dice dice, float at, float tall)
    {
        var (skin, hair) = (Color.Of(dice.OneOf(Skins)), Color.Of(dice.OneOf(Hairs)));
        var (top, bottom, coat) = (Color.Of(dice.OneOf(Cloths)), Color.Of(dice.OneOf(Cloths)), Color.Of(dice.OneOf(Cloths)));
        Point P(float x, float y) => (at + (x * tall), y * tall);
        canvas.Line(P(-92, 448), P(92, 448), 30 * tall, Color.Of(0x000000), 0.12f);
        Legs(canvas, dice, P, tall, skin, bottom, Color.Of(dice.OneOf(Cloths)));
        var wearsCoat = dice.Below(3) == 0;
        Arms(canvas, P, tall, skin, wearsCoat ? coat : top.Darker(0.06f), dice.Below(2) == 0);
        canvas.Polygon(top, 18 * tall, P(-82, -190), P(82, -190), P(72, 60), P(-72, 60));
        if (dice.Below(3) == 0)
        {
            for (var y = -150; y < 60; y += 44)
                canvas.Line(P(-78, y), P(78, y), 10 * tall, top.Lighter(0.45f));
        }

        if (wearsCoat)
        {
            canvas.Polygon(coat, 16 * tall, P(-98, -196), P(-30, -190), P(-40, 200), P(-116, 210));
            canvas.Polygon(coat.Darker(0.05f), 16 * tall, P(98, -196), P(30, -190), P(40, 200), P(116, 210));
        }

        canvas.Line(P(0, -250), P(0, -200), 46 * tall, skin.Darker(0.08f));
        Head(canvas, dice, P(0, -300), 62 * tall, skin, hair);
        if (dice.Below(2) == 0)
            Bag(canvas, P, tall, Color.Of(dice.OneOf(Cloths)));
    }

    private static void Legs(Canvas canvas, Dice dice, Func<float, float, Point> p, float tall, Color skin, Color bottom, Color shoes)
    {
        var cut = dice.Below(3);
        for (var side = -1; side <= 1; side += 2)
        {
            canvas.Line(p(side * 40, 60), p(side * 46, 410), 44 * tall, skin);
            canvas.Line(p(side * 48, 424), p(side * 78, 430), 40 * tall, shoes);
            if (cut == 0) // trousers, wide
                canvas.Polygon(bottom.Darker(side > 0 ? 0.06f : 0), 10 * tall, p(side * 4, 50), p(side * 78, 50), p(side * 96, 395), p(side * 20, 395));
            else if (cut == 1) // trousers, narrow
                canvas.Polygon(bottom.Darker(side > 0 ? 0.06f : 0), 8 * tall, p(side * 2, 50), p(side * 74, 50), p(side * 66, 390), p(side * 24, 390));
        }

        if (cut == 2) // a skirt
            canvas.Polygon(bottom, 14 * tall, p(-66, 40), p(66, 40), p(140, 270), p(-140, 270));
    }

    private static void Arms(Canvas canvas, Func<float, float, Point> p, float tall, Color skin, Color sleeve, bool waves)
    {
        canvas.Line(p(-84, -176), p(-128, 0), 52 * tall, sleeve);
        canvas.Line(p(-128, 0), p(-116, 120), 36 * tall, skin);
        if (waves)
        {
            canvas.Line(p(84, -176), p(150, -70), 52 * tall, sleeve);
            canvas.Line(p(150, -70), p(176, -190), 36 * tall, skin);
        }
        else
        {
            canvas.Line(p(84, -176), p(128, 0), 52 * tall, sleeve);
            canvas.Line(p(128, 0), p(72, 96), 36 * tall, skin);
        }
    }

    private static void Head(Canvas canvas, Dice dice, Point at, float radius, Color skin, Color hair)
    {
        var cut = dice.Below(3);
        if (cut == 0) // long
        {
            canvas.Polygon(
                hair, radius * 0.3f, (at.X - (radius * 0.8f), at.Y - (radius * 0.4f)), (at.X + (radius * 0.8f), at.Y - (radius * 0.4f)),
                (at.X + (radius * 0.9f), at.Y + (radius * 1.4f)), (at.X - (radius * 0.9f), at.Y + (radius * 1.4f)));
            canvas.Line((at.X, at.Y + (radius * 0.7f)), (at.X, at.Y + (radius * 1.3f)), radius * 0.7f, skin.Darker(0.08f));
        }

        if (cut == 1) // a bun
            canvas.Circle((at.X, at.Y - (radius * 1.15f)), radius * 0.45f, hair);
        canvas.Circle((at.X, at.Y - (radius * 0.16f)), radius * 1.08f, hair);
        canvas.Circle((at.X, at.Y + (radius * 0.12f)), radius * 0.92f, skin);
        canvas.Polygon(
            hair, radius * 0.16f, (at.X - (radius * 0.5f), at.Y - (radius * 0.78f)), (at.X + (radius * 0.5f), at.Y - (radius * 0.78f)),
            (at.X + (radius * 0.8f), at.Y - (radius * 0.45f)), (at.X + (radius * 0.5f), at.Y - (radius * 0.25f)), (at.X - (radius * 0.6f), at.Y - (radius * 0.2f)),
            (at.X - (radius * 0.8f), at.Y - (radius * 0.45f)));
        for (var side = -1; side <= 1; side += 2)
            canvas.Circle((at.X + (side * radius * 0.34f), at.Y + (radius * 0.16f)), radius * 0.075f, Color.Of(0x2A1D18));
        canvas.Line((at.X - (radius * 0.18f), at.Y + (radius * 0.56f)), (at.X + (radius * 0.18f), at.Y + (radius * 0.56f)), radius * 0.09f, Color.Of(0xB5524A));
    }

    private static void Bag(Canvas canvas, Func<float, float, Point> p, float tall, Color color)
    {
        canvas.Line(p(-70, -180), p(118, 110), 9 * tall, color.Darker(0.2f));
        canvas.Polygon(color, 14 * tall, p(84, 100), p(168, 100), p(176, 186), p(78, 186));
    }
}
