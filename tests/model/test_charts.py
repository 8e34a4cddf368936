import re
from xml.etree import ElementTree

import pytest

from emotion_model.charts import Axis, Bar, Point, Series, bar_chart, line_chart

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: str) -> list[str]:
    return [
        each.text or "" for each in ElementTree.fromstring(picture).iter(f"{SVG}text")
    ]


def exact(x: float, y: float) -> Point:
    return Point(x, y, y, y)


def lines(*series: Series, across: Axis | None = None, up: Axis | None = None) -> str:
    return line_chart("t", across or Axis("x"), up or Axis("y"), series, "c")


def test_a_line_goes_through_its_points() -> None:
    line = Series("one", [exact(0, 0), exact(10, 4)], strong=True, style=0)
    found = re.search(r'd="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"', lines(line))
    assert found is not None
    left, bottom, right, top = (float(each) for each in found.groups())
    assert left < right
    assert bottom > top


def test_factors_are_equal_steps_of_a_logarithmic_axis() -> None:
    line = Series("one", [exact(x, x) for x in (1, 4, 16)], strong=True, style=0)
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
    tight = Series("a", [exact(1, 2)], strong=False, style=0)
    assert len(whiskers.findall(lines(loose))) == 1
    assert whiskers.findall(lines(tight)) == []


def test_points_that_are_not_joined_have_no_line() -> None:
    joined = Series("a", [exact(1, 2)], strong=False, style=0)
    single = Series("a", [exact(1, 2)], strong=False, style=0, line=False)
    assert "stroke-dasharray" in lines(joined)
    assert "stroke-dasharray" not in lines(single)


def test_axes_are_marked_with_round_numbers_or_as_asked() -> None:
    line = Series("one", [exact(0, 0), exact(10, 97)], strong=True, style=0)
    shown = texts(lines(line, up=Axis("y", from_zero=True)))
    assert {"20", "40", "60", "80", "100"} < set(shown)
    assert {"0", "2", "4", "6", "8", "10"} < set(shown)
    marked = texts(lines(line, across=Axis("x", [3, 7])))
    assert {"3", "7"} < set(marked)
    assert "2" not in marked


def test_text_is_escaped() -> None:
    line = Series("a<b>&", [exact(1, 2)], strong=False, style=0)
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
