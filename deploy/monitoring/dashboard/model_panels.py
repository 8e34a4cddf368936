"""The dashboard's row about models: who answers, and what a shadow would change."""

from __future__ import annotations

from dashboard.grafana import Panel, Query, Row
from dashboard.panels import HERE, rate

SHADOWED = "emotion_shadow_dialogues_total"


def shadowed(outcome: str) -> str:
    """Dialogues a second that shadows were given, with that outcome."""
    return rate(SHADOWED, "version", f'{HERE},outcome=~"{outcome}"')


MODELS = Row(
    "Models",
    (
        Panel(
            "Traffic by version",
            "Percent of the calls, as it is set, on average over the replicas.",
            (
                Query(
                    "avg by (version, role)"
                    f" (emotion_model_traffic_percent{{{HERE}}} > 0)",
                    "{{version}}: {{role}}",
                ),
            ),
            unit="percent",
            width=6,
            most=100,
        ),
        Panel(
            "Answers by version",
            "A second.",
            (Query(rate("emotion_predictions_total", "version"), "{{version}}"),),
            width=6,
            stack=True,
        ),
        Panel(
            "Shadow: agreement",
            "Share of the dialogues it has run to which it gives the same label.",
            (
                Query(
                    f"{shadowed('agreed')} / ({shadowed('agreed|changed')} > 0)",
                    "{{version}}",
                ),
            ),
            unit="percentunit",
            width=6,
            most=1,
        ),
        Panel(
            "Shadow: dialogues by outcome",
            "A second; dropped are those for which there was no idle time.",
            (Query(rate(SHADOWED, "version, outcome"), "{{version}}: {{outcome}}"),),
            width=6,
            stack=True,
        ),
        Panel(
            "Shadow: labels that would change",
            "Dialogues a second: the label given, and the shadow's own.",
            (
                Query(
                    "topk(10, "
                    + rate("emotion_shadow_changed_total", "version, given, own")
                    + ")",
                    "{{version}}: {{given}} to {{own}}",
                ),
            ),
            width=8,
        ),
        Panel(
            "Models refused",
            "Loads in an hour after which what served before served on.",
            (
                Query(
                    "sum by (instance)"
                    f" (increase(emotion_model_load_failures_total{{{HERE}}}[1h]))",
                    "{{instance}}",
                ),
            ),
            width=4,
        ),
        Panel(
            "Loaded models",
            "Of each replica, and in which precision.",
            (Query(f"emotion_model_info{{{HERE}}}"),),
            kind="table",
            width=12,
        ),
    ),
)
