"""Horizontal bars as an SVG file that stands alone. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from peers.spread import Spread

_WIDTH, _NAMES, _ROW, _TOP = 760, 300, 26, 44


@dataclass(frozen=True)
class Group:
    """A bar with the spread of its value."""

    name: str
    value: Spread
    # Shown in the stronger colour.
    ours: bool


def bar_chart(title: str, groups: Sequence[Group]) -> str:
    """Bars from 0 with a whisker from lowest to highest."""
    height = _TOP + _ROW * len(groups) + 12
    largest = max([group.value.highest for group in groups] + [1e-9])
    scale = (_WIDTH - _NAMES - 90) / largest
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" '
        f'height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="24" font-size="16">{escape(title)}</text>',
    ]
    for row, group in enumerate(groups):
        parts += _bar(group, _TOP + _ROW * row, scale)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(group: Group, top: int, scale: float) -> list[str]:
    value, middle = group.value, top + _ROW / 2
    colour = "#1a6b9c" if group.ours else "#b9c4cc"
    low, high = (_NAMES + scale * each for each in (value.lowest, value.highest))
    return [
        f'<text x="{_NAMES - 8}" y="{middle + 4:.0f}" text-anchor="end">'
        f"{escape(group.name)}</text>",
        f'<rect x="{_NAMES}" y="{top + 3}" width="{scale * value.median:.1f}" '
        f'height="{_ROW - 8}" fill="{colour}"/>',
        f'<path d="M{low:.1f} {middle:.1f}H{high:.1f}" stroke="#222222"/>',
        f'<text x="{high + 6:.1f}" y="{middle + 4:.0f}">{value.median:.0f}</text>',
    ]
