"""The pictures of a report on a model, as SVG. At least one row each."""

from collections.abc import Sequence

from emotion_model.charts import SQUARE, Axis, Point, Series, line_chart

_BLUE, _GREY = 0, 7


def reliability_plot(rows: Sequence[dict[str, float]]) -> str:
    """How often right (up) by how sure (across); both are equal on the diagonal."""
    most = max(row["dialogues"] for row in rows)
    bins = [
        Point.exact(
            row["sure"],
            row["right"],
            mark=0.5 + 2 * (row["dialogues"] / most) ** 0.5,
        )
        for row in rows
    ]
    diagonal = [Point.exact(end, end, mark=0) for end in (0, 1)]
    return line_chart(
        "Reliability",
        Axis("how sure", from_zero=True),
        Axis("how often right", from_zero=True),
        [
            Series("", diagonal, strong=False, style=_GREY),
            Series("", bins, strong=True, style=_BLUE, line=False, opacity=0.6),
        ],
        "size of a mark: number of dialogues",
        size=SQUARE,
    )


def risk_plot(rows: Sequence[dict[str, float]]) -> str:
    """The share of wrong answers (up) by the share that is answered (across)."""
    points = [Point.exact(row["coverage"], row["risk"]) for row in rows]
    return line_chart(
        "Risk and coverage",
        Axis("answered", from_zero=True),
        Axis("wrong", from_zero=True),
        [Series("", points, strong=True, style=_BLUE)],
        "the surest are answered first",
        size=SQUARE,
    )
