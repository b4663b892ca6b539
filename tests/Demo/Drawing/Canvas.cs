namespace PhoneBridge.Demo.Drawing;

/// <summary>A colour.</summary>
public readonly record struct Colour(byte R, byte G, byte B)
{
    /// <summary>Reads <c>0xRRGGBB</c>.</summary>
    public static Colour Of(int rgb) => new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
}

/// <summary>A picture in memory: rectangles, smooth lines, text. What lies outside is not drawn.</summary>
public sealed class Canvas(int width, int height)
{
    private readonly byte[] _rgb = new byte[width * height * 3];

    /// <summary>Width [pixels].</summary>
    public int Width => width;

    /// <summary>Height [pixels].</summary>
    public int Height => height;

    /// <summary>Fills a rectangle.</summary>
    public void Fill(double x, double y, double w, double h, Colour colour, double opacity = 1)
    {
        for (int row = Math.Max(0, (int)y); row < Math.Min(height, (int)Math.Ceiling(y + h)); row++)
        {
            for (int column = Math.Max(0, (int)x); column < Math.Min(width, (int)Math.Ceiling(x + w)); column++)
            {
                Blend(column, row, colour, opacity);
            }
        }
    }

    /// <summary>Fills a rectangle with slanting stripes.</summary>
    public void Hatch(double x, double y, double w, double h, Colour colour)
    {
        for (int row = Math.Max(0, (int)y); row < Math.Min(height, (int)Math.Ceiling(y + h)); row++)
        {
            for (int column = Math.Max(0, (int)x); column < Math.Min(width, (int)Math.Ceiling(x + w)); column++)
            {
                Blend(column, row, colour, (column + row) % 10 < 4 ? 0.85 : 0.12);
            }
        }
    }

    /// <summary>Draws a line with round ends and smooth edges.</summary>
    public void Line(double x1, double y1, double x2, double y2, double thickness, Colour colour)
    {
        double reach = (thickness / 2) + 1;
        int left = (int)Math.Floor(Math.Min(x1, x2) - reach);
        int right = (int)Math.Ceiling(Math.Max(x1, x2) + reach);
        int top = (int)Math.Floor(Math.Min(y1, y2) - reach);
        int bottom = (int)Math.Ceiling(Math.Max(y1, y2) + reach);
        double dx = x2 - x1;
        double dy = y2 - y1;
        double length = (dx * dx) + (dy * dy);
        for (int row = Math.Max(0, top); row <= Math.Min(height - 1, bottom); row++)
        {
            for (int column = Math.Max(0, left); column <= Math.Min(width - 1, right); column++)
            {
                double along = length == 0 ? 0 : Math.Clamp((((column - x1) * dx) + ((row - y1) * dy)) / length, 0, 1);
                double distance = Math.Sqrt(Math.Pow(column - x1 - (along * dx), 2) + Math.Pow(row - y1 - (along * dy), 2));
                Blend(column, row, colour, Math.Clamp((thickness / 2) + 0.5 - distance, 0, 1));
            }
        }
    }

    /// <summary>Writes a text with its upper left corner at a point.</summary>
    /// <param name="x">Left.</param>
    /// <param name="y">Top of the letters.</param>
    /// <param name="text">Text; shown in capitals.</param>
    /// <param name="size">Height of the letters [pixels].</param>
    /// <param name="colour">Colour.</param>
    public void Text(double x, double y, string text, double size, Colour colour)
    {
        double scale = size / StrokeFont.Height;
        foreach ((double x1, double y1, double x2, double y2) in StrokeFont.Strokes(text))
        {
            Line(x + (x1 * scale), y + (y1 * scale), x + (x2 * scale), y + (y2 * scale), Math.Max(1.1, size / 8), colour);
        }
    }

    /// <summary>Width of a text [pixels].</summary>
    public static double TextWidth(string text, double size) => StrokeFont.Width(text) * size / StrokeFont.Height;

    /// <summary>Writes the picture.</summary>
    public void Save(string path) => Png.Write(path, width, _rgb);

    private void Blend(int column, int row, Colour colour, double opacity)
    {
        int at = ((row * width) + column) * 3;
        _rgb[at] += (byte)Math.Round((colour.R - _rgb[at]) * opacity);
        _rgb[at + 1] += (byte)Math.Round((colour.G - _rgb[at + 1]) * opacity);
        _rgb[at + 2] += (byte)Math.Round((colour.B - _rgb[at + 2]) * opacity);
    }
}
