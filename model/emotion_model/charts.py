"""Charts of reports and benchmarks, as SVG files that stand alone. Pure.

The same values give the same bytes. Nothing here knows what is measured.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Self

_INK, _GRID, _WHISKER = "#222222", "#dddddd", "#222222"
# To be distinguished on paper too, a series has its colour and its mark.
_COLOURS = (
    *("#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd"),
    *("#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"),
)
_STRONG, _PALE = "#1a6b9c", "#b9c4cc"
_LETTER = 6.2


@dataclass(frozen=True)
class Size:
    """Of a whole picture, in pixels."""

    width: int
    height: int


WIDE = Size(width=760, height=420)
# What the axes of a line chart enclose is square, if no series has a name.
SQUARE = Size(width=296, height=320)


@dataclass(frozen=True)
class Point:
    """A value with its extremes; without a spread they are the value itself."""

    x: float
    y: float
    low: float
    high: float
    # How many times as wide as usual its mark is; 0 for no mark.
    mark: float = 1.0

    @classmethod
    def exact(cls, x: float, y: float, *, mark: float = 1.0) -> Self:
        """A value without a spread."""
        return cls(x=x, y=y, low=y, high=y, mark=mark)


@dataclass(frozen=True)
class Series:
    """Points of one kind; `strong` stands out as the one that is looked for."""

    # For the legend; empty if it needs none.
    name: str
    points: Sequence[Point]
    strong: bool
    # Which colour and mark, in turn.
    style: int
    # Whether the points are joined.
    line: bool = True
    # Of the marks, from 0 to 1: below 1 what they cover shows.
    opacity: float = 1.0


@dataclass(frozen=True)
class Axis:
    """A name, and where the axis is marked: round numbers if nowhere."""

    name: str
    marks: Sequence[float] = field(default=())
    from_zero: bool = False
    # Equal steps for equal factors; for values above 0.
    logarithmic: bool = False


@dataclass(frozen=True)
class Bar:
    """A value with its extremes; `strong` as for Series."""

    name: str
    value: float
    low: float
    high: float
    strong: bool


@dataclass(frozen=True)
class _Scale:
    """From values to pixels, evenly from `low` at `start` to `high` at `end`."""

    low: float
    high: float
    start: float
    end: float
    at: Callable[[float], float]

    def __call__(self, value: float) -> float:
        low, high = self.at(self.low), self.at(self.high)
        return self.start + (self.at(value) - low) / (high - low) * (
            self.end - self.start
        )


def line_chart(
    title: str,
    across: Axis,
    up: Axis,
    series: Sequence[Series],
    caption: str,
    *,
    size: Size = WIDE,
) -> str:
    """Lines or single points over a pair of axes, with a legend to the right.

    At least one series has a point.
    """
    left, top, bottom = 58.0, 56.0, size.height - 66.0
    right = size.width - 40 - _LETTER * max(len(each.name) for each in series)
    points = [point for each in series for point in each.points]
    x = _scale(across, [point.x for point in points], left, right)
    heights = [height for point in points for height in (point.low, point.high)]
    y = _scale(up, heights, bottom, top)
    parts = [_text(left, 24, title, size=15), *_frame(left, right, top, bottom)]
    for value in across.marks or _round_marks(x.low, x.high):
        parts.append(_stroke(f"M{x(value):.1f} {top:.1f}V{bottom:.1f}", _GRID))
        parts.append(_text(x(value), bottom + 16, f"{value:g}", "middle"))
    for value in up.marks or _round_marks(y.low, y.high):
        parts.append(_stroke(f"M{left:.1f} {y(value):.1f}H{right:.1f}", _GRID))
        parts.append(_text(left - 6, y(value) + 4, f"{value:g}", "end"))
    parts.append(_text((left + right) / 2, bottom + 34, across.name, "middle"))
    parts.append(_text(left, top - 6, up.name))
    parts.append(_text(left, size.height - 10, caption, size=10))
    for row, each in enumerate(series):
        parts += _draw(each, x, y)
        if each.name:
            parts += _legend(each, right + 16, top + 10 + 20 * row)
    return _picture(size, parts)


def bar_chart(title: str, bars: Sequence[Bar]) -> str:
    """Bars from 0 with a whisker from lowest to highest, their values beside."""
    names, row, top = 300, 26, 44
    largest = max([bar.high for bar in bars] + [1e-9])
    x = _Scale(0.0, largest, names, WIDE.width - 90, float)
    parts = [_text(12, 24, title, size=16)]
    for place, bar in enumerate(bars):
        edge, middle = top + row * place, top + row * place + row / 2
        colour = _STRONG if bar.strong else _PALE
        parts += [
            _text(names - 8, middle + 4, bar.name, "end", size=13),
            f'<rect x="{names}" y="{edge + 3}" width="{x(bar.value) - names:.1f}" '
            f'height="{row - 8}" fill="{colour}"/>',
            _stroke(f"M{x(bar.low):.1f} {middle:.1f}H{x(bar.high):.1f}", _WHISKER),
            _text(x(bar.high) + 6, middle + 4, f"{bar.value:.0f}", size=13),
        ]
    return _picture(Size(WIDE.width, top + row * len(bars) + 12), parts)


def _scale(axis: Axis, values: Sequence[float], start: float, end: float) -> _Scale:
    """Space for all values, and a little beside them."""
    at = math.log2 if axis.logarithmic else float
    low, high = min(values), max(values)
    if axis.logarithmic:
        low, high = low / 1.2, high * 1.2
    else:
        spare = 0.05 * (high - low) or 0.05 * abs(high) or 1.0
        low, high = (0.0 if axis.from_zero else low - spare), high + spare
    return _Scale(low, high, start, end, at)


def _round_marks(low: float, high: float) -> list[float]:
    """Four to ten multiples of 1, 2 or 5 times a power of ten."""
    step = 10.0 ** math.floor(math.log10((high - low) / 4))
    step *= next(factor for factor in (5, 2, 1) if step * factor <= (high - low) / 4)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def _draw(series: Series, x: _Scale, y: _Scale) -> list[str]:
    colour = _COLOURS[series.style % len(_COLOURS)]
    parts = []
    if series.line:
        path = "L".join(f"{x(each.x):.1f} {y(each.y):.1f}" for each in series.points)
        parts.append(_line("M" + path, colour, strong=series.strong))
    for each in series.points:
        if each.low < each.high:
            path = f"M{x(each.x):.1f} {y(each.low):.1f}V{y(each.high):.1f}"
            parts.append(_stroke(path, colour))
        if each.mark:
            parts.append(_mark(series, x(each.x), y(each.y), each.mark))
    return parts


def _legend(series: Series, x: float, y: float) -> list[str]:
    colour = _COLOURS[series.style % len(_COLOURS)]
    line = _line(f"M{x - 8:.1f} {y:.1f}H{x + 8:.1f}", colour, strong=series.strong)
    return [
        *([line] if series.line else []),
        _mark(series, x, y),
        _text(x + 14, y + 4, series.name),
    ]


def _mark(series: Series, x: float, y: float, times: float = 1.0) -> str:
    """A shape of its own for each three of the styles."""
    colour = _COLOURS[series.style % len(_COLOURS)]
    shapes = (
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
        "m-3.5-3.5h7v7h-7z",
        "m-4-3.5h8l-4 7z",
        "m0-4l4 7h-8z",
        "m0-5l4 5l-4 5l-4-5z",
        "m-4-1h3v-3h2v3h3v2h-3v3h-2v-3h-3z",
    )
    shape = shapes[series.style // 3 % len(shapes)]
    place = f'd="M{x:.1f} {y:.1f}{shape}"'
    if times != 1.0:
        place = f'd="{shape}" transform="translate({x:.1f} {y:.1f}) scale({times:.3f})"'
    opacity = f' fill-opacity="{series.opacity:g}"' if series.opacity < 1.0 else ""
    return f'<path {place} fill="{colour}"{opacity}/>'


def _line(path: str, colour: str, *, strong: bool) -> str:
    style = ' stroke-width="2.5"' if strong else ' stroke-dasharray="5 3"'
    return f'<path d="{path}" fill="none" stroke="{colour}"{style}/>'


def _stroke(path: str, colour: str) -> str:
    return f'<path d="{path}" stroke="{colour}"/>'


def _frame(left: float, right: float, top: float, bottom: float) -> list[str]:
    path = f"M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}"
    return [f'<path d="{path}" fill="none" stroke="{_INK}"/>']


def _text(
    x: float, y: float, text: str, anchor: str = "start", *, size: int = 12
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{_INK}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _picture(size: Size, parts: Sequence[str]) -> str:
    width, height = size.width, size.height
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif">',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *parts,
            "</svg>\n",
        )
    )
