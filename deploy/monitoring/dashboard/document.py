"""The dashboard as text: the same for the same panels, a field a line."""

from __future__ import annotations

import json

from dashboard.grafana import dashboard
from dashboard.model_panels import MODELS
from dashboard.more_panels import ANSWERS, BATCHES, REPLICAS
from dashboard.panels import LATENCY, SUMMARY, TRAFFIC

ROWS = (SUMMARY, TRAFFIC, LATENCY, BATCHES, ANSWERS, MODELS, REPLICAS)


def text() -> str:
    """What is in dashboards/emotion.json."""
    document = dashboard("Emotion inference", "emotion", ROWS)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
