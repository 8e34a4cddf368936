"""Two small pictures as SVG, written by hand: no plotting library is needed."""

from collections.abc import Sequence

_SIZE, _EDGE = 320, 44
_SPAN = _SIZE - 2 * _EDGE
_INK, _LINE, _MARK = "#333333", "#bbbbbb", "#1f6fb4"

Point = tuple[float, float]


def reliability_plot(rows: Sequence[dict[str, float]]) -> str:
    """How often right (up) by how sure (across); a mark's area is its dialogues."""
    most = max(row["dialogues"] for row in rows)
    marks = [
        f'<circle cx="{_x(row["sure"]):.1f}" cy="{_y(row["right"]):.1f}" '
        f'r="{2 + 8 * (row["dialogues"] / most) ** 0.5:.1f}" fill="{_MARK}" '
        'fill-opacity="0.6"/>'
        for row in rows
    ]
    diagonal = _path([(0, 0), (1, 1)], _LINE)
    return _picture("how sure", "how often right", [diagonal, *marks], 1.0)


def risk_plot(rows: Sequence[dict[str, float]]) -> str:
    """The share of wrong answers (up) by the share that is answered (across)."""
    top = max(0.01, *(row["risk"] for row in rows))
    line = _path([(row["coverage"], row["risk"] / top) for row in rows], _MARK)
    return _picture("answered", "wrong", [line], top)


def _picture(across: str, up: str, parts: Sequence[str], top: float) -> str:
    ticks = []
    for share in (0.0, 0.5, 1.0):
        ticks += [
            _text(_x(share), _SIZE - _EDGE + 16, f"{share:g}", "middle"),
            _text(_EDGE - 6, _y(share) + 4, f"{share * top:.3g}", "end"),
        ]
    frame = (
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SPAN}" height="{_SPAN}" '
        f'fill="none" stroke="{_LINE}"/>'
    )
    names = [
        _text(_SIZE / 2, _SIZE - 8, across, "middle"),
        _text(_EDGE, _EDGE - 12, up, "start"),
    ]
    body = "\n".join([frame, *ticks, *names, *parts])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_SIZE}" height="{_SIZE}" '
        f'viewBox="0 0 {_SIZE} {_SIZE}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _path(points: Sequence[Point], colour: str) -> str:
    steps = " L ".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in points)
    return f'<path d="M {steps}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{_INK}" text-anchor="{anchor}">'
        f"{text}</text>"
    )


def _x(share: float) -> float:
    return _EDGE + _SPAN * share


def _y(share: float) -> float:
    return _SIZE - _EDGE - _SPAN * share
