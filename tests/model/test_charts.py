import re
from xml.etree import ElementTree

import pytest

from emotion_model.charts import (
    SQUARE,
    Axis,
    Bar,
    Point,
    Series,
    bar_chart,
    line_chart,
)

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [
        each.text or "" for each in ElementTree.fromstring(picture).iter(f"{SVG}text")
    ]


def lines(*series: Series, across: Axis | None = None, up: Axis | None = None) -> str:
    return line_chart("t", across or Axis("x"), up or Axis("y"), series, "c")


def test_a_line_goes_through_its_points() -> None:
    line = Series("one", [Point.exact(0, 0), Point.exact(10, 4)], strong=True, style=0)
    found = re.search(r'd="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', lines(line))
    assert found is not None
    left, bottom, right, top = (float(each) for each in found.groups())
    assert left < right
    assert bottom > top


def test_factors_are_equal_steps_of_a_logarithmic_axis() -> None:
    line = Series("one", [Point.exact(x, x) for x in (1, 4, 16)], strong=True, style=0)
    across = Axis("x", [1, 4, 16], logarithmic=True)
    found = re.search(
        r'd="M([\d.]+) \S+?L([\d.]+) \S+?L([\d.]+) ', lines(line, across=across)
    )
    assert found is not None
    first, second, third = (float(each) for each in found.groups())
    assert second - first == pytest.approx(third - second, abs=0.2)


def test_a_spread_has_a_whisker_and_an_exact_value_none() -> None:
    whiskers = re.compile(r'<path d="M\S+ \S+V\S+" stroke="#1f77b4"/>')
    loose = Series("a", [Point(1, 2, 1, 3)], strong=False, style=0)
    tight = Series("a", [Point.exact(1, 2)], strong=False, style=0)
    assert len(whiskers.findall(lines(loose))) == 1
    assert whiskers.findall(lines(tight)) == []


def test_points_that_are_not_joined_have_no_line() -> None:
    joined = Series("a", [Point.exact(1, 2)], strong=False, style=0)
    single = Series("a", [Point.exact(1, 2)], strong=False, style=0, line=False)
    assert "stroke-dasharray" in lines(joined)
    assert "stroke-dasharray" not in lines(single)


def test_a_mark_is_as_large_as_asked_and_stands_on_its_point() -> None:
    place = re.compile(r'<path d="M(\S+) (\S+)m-4 0a[^"]*z" fill="#1f77b4"/>')
    sized = re.compile(
        r'<path d="m-4 0a[^"]*z" '
        r'transform="translate\((\S+) (\S+)\) scale\(2.500\)" fill="#1f77b4"/>'
    )
    usual, wide = (
        Series("", [Point.exact(1, 2, mark=mark)], strong=False, style=0, line=False)
        for mark in (1.0, 2.5)
    )
    assert len(place.findall(lines(usual))) == 1
    assert sized.findall(lines(wide)) == place.findall(lines(usual))


def test_a_point_may_have_no_mark() -> None:
    ends = [Point.exact(0, 0, mark=0), Point.exact(1, 1, mark=0)]
    picture = lines(Series("", ends, strong=False, style=7))
    paths = [line for line in picture.splitlines() if "#7f7f7f" in line]
    assert len(paths) == 1
    assert "stroke-dasharray" in paths[0]


def test_what_a_mark_covers_shows_if_asked() -> None:
    point = Point.exact(1, 2)
    solid = Series("", [point], strong=True, style=0, line=False)
    clear = Series("", [point], strong=True, style=0, line=False, opacity=0.6)
    assert "opacity" not in lines(solid)
    assert lines(clear).count('fill-opacity="0.6"') == 1


def test_a_series_without_a_name_is_not_in_the_legend() -> None:
    named = Series("a", [Point.exact(1, 2)], strong=True, style=0, line=False)
    nameless = Series("", [Point.exact(1, 2)], strong=True, style=0, line=False)
    assert lines(named).count("#1f77b4") == 2
    assert lines(nameless).count("#1f77b4") == 1
    assert "" not in texts(lines(nameless))


def test_without_a_legend_the_axes_of_a_square_enclose_a_square() -> None:
    series = Series("", [Point.exact(1, 2)], strong=True, style=0)
    picture = line_chart("t", Axis("x"), Axis("y"), [series], "c", size=SQUARE)
    frame = re.search(r'd="M(\S+) (\S+)V(\S+)H(\S+)" fill="none"', picture)
    assert frame is not None
    left, top, bottom, right = (float(each) for each in frame.groups())
    assert right - left == bottom - top > 0
    root = ElementTree.fromstring(picture)
    assert (root.get("width"), root.get("height")) == ("296", "320")


def test_axes_are_marked_with_round_numbers_or_as_asked() -> None:
    line = Series("one", [Point.exact(0, 0), Point.exact(10, 97)], strong=True, style=0)
    shown = texts(lines(line, up=Axis("y", from_zero=True)))
    assert {"20", "40", "60", "80", "100"} < set(shown)
    assert {"0", "2", "4", "6", "8", "10"} < set(shown)
    marked = texts(lines(line, across=Axis("x", [3, 7])))
    assert {"3", "7"} < set(marked)
    assert "2" not in marked


def test_text_is_escaped() -> None:
    line = Series("a<b>&", [Point.exact(1, 2)], strong=False, style=0)
    assert "a<b>&" in texts(lines(line))
    assert "a<b>&" in texts(bar_chart("t", [Bar("a<b>&", 1, 1, 1, strong=True)]))


def test_bars_begin_at_zero_and_are_as_long_as_their_values() -> None:
    bars = [Bar("a", 50, 40, 100, strong=True), Bar("b", 25, 25, 25, strong=False)]
    picture = bar_chart("t", bars)
    widths = [
        float(x) for x in re.findall(r'x="300" y="\d+" width="([\d.]+)"', picture)
    ]
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)
    assert texts(picture) == ["t", "a", "50", "b", "25"]
