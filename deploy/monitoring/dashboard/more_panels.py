"""The lower half of the dashboard: queue, batches, answers, replicas."""

from __future__ import annotations

from dashboard.grafana import Panel, Query, Row
from dashboard.panels import HERE, own_process, rate, share

BATCHES = Row(
    "Queue and batches",
    (
        Panel(
            "Waiting dialogues",
            "By priority, and the limit.",
            (
                Query(
                    f"sum by (priority) (emotion_queue_items{{{HERE}}})", "{{priority}}"
                ),
                Query(f"sum(emotion_queue_limit_items{{{HERE}}})", "limit"),
            ),
            width=6,
        ),
        Panel(
            "Longest wait now",
            "Of a dialogue that still waits.",
            (
                Query(
                    f"max by (instance) (emotion_queue_oldest_seconds{{{HERE}}})",
                    "{{instance}}",
                ),
            ),
            unit="s",
            width=6,
        ),
        Panel(
            "Batch size",
            "Dialogues and tokens of a batch, on average.",
            (
                Query(
                    share(
                        rate("emotion_batch_items_sum", ""),
                        rate("emotion_batch_items_count", ""),
                    ),
                    "dialogues",
                ),
                Query(
                    share(
                        rate("emotion_batch_tokens_sum", ""),
                        rate("emotion_batch_tokens_count", ""),
                    ),
                    "tokens",
                ),
            ),
            width=6,
        ),
        Panel(
            "Why batches went",
            "Batches a second; idle means that a worker was waiting.",
            (Query(rate("emotion_batches_total", "reason"), "{{reason}}"),),
            width=6,
            stack=True,
        ),
    ),
)

ANSWERS = Row(
    "Answers",
    (
        Panel(
            "Labels",
            "Share of the answers.",
            (
                Query(
                    f"{rate('emotion_predictions_total', 'label')} / on () group_left"
                    f" () clamp_min({rate('emotion_predictions_total', '')}, 1e-9)",
                    "{{label}}",
                ),
            ),
            unit="percentunit",
            stack=True,
            most=1,
        ),
        Panel(
            "Confidence",
            "Mean probability of the label given.",
            (
                Query(
                    share(
                        rate("emotion_prediction_confidence_sum", "label"),
                        rate("emotion_prediction_confidence_count", "label"),
                    ),
                    "{{label}}",
                ),
            ),
            unit="percentunit",
            most=1,
        ),
        Panel(
            "What the model cannot read",
            "Share of tokens that are unknown; turns cut for each dialogue.",
            (
                Query(
                    share(
                        rate("emotion_unknown_tokens_total", ""),
                        rate("emotion_tokens_total", ""),
                    ),
                    "unknown tokens",
                ),
                Query(
                    share(
                        rate("emotion_truncated_total", ""),
                        rate("emotion_request_tokens_count", ""),
                    ),
                    "turns cut",
                ),
            ),
            unit="percentunit",
        ),
    ),
)

REPLICAS = Row(
    "Replicas",
    (
        Panel(
            "Utilisation by replica",
            "Share of the workers' time that goes to batches.",
            (
                Query(
                    share(
                        rate("emotion_instance_busy_seconds_total", "instance"),
                        f"sum by (instance) (emotion_instances{{{HERE}}})",
                    ),
                    "{{instance}}",
                ),
            ),
            unit="percentunit",
            most=1,
        ),
        Panel(
            "Processors",
            "In use, and workers that run a batch.",
            (
                Query(
                    f"rate(process_cpu_seconds_total{{{HERE}}}[$__rate_interval])"
                    f" and on (job, instance) emotion_ready{{{HERE}}}",
                    "{{instance}}",
                ),
                Query(
                    rate("emotion_instance_busy_seconds_total", "instance"),
                    "{{instance}}: busy workers",
                ),
            ),
        ),
        Panel(
            "Memory",
            "Resident.",
            (
                Query(
                    own_process(f"process_resident_memory_bytes{{{HERE}}}"),
                    "{{instance}}",
                ),
            ),
            unit="bytes",
        ),
        Panel(
            "State",
            "Ready and draining, by replica.",
            (
                Query(f"emotion_ready{{{HERE}}}", "{{instance}}: ready"),
                Query(f"emotion_draining{{{HERE}}}", "{{instance}}: draining"),
            ),
        ),
        Panel(
            "Open files",
            "Descriptors, connections among them.",
            (Query(own_process(f"process_open_fds{{{HERE}}}"), "{{instance}}"),),
        ),
        Panel(
            "Uptime",
            "Since the process began.",
            (
                Query(
                    f"time() - process_start_time_seconds{{{HERE}}}"
                    f" and on (job, instance) emotion_ready{{{HERE}}}",
                    "{{instance}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "Builds",
            "What runs.",
            (Query(f"emotion_build_info{{{HERE}}}"),),
            kind="table",
            width=24,
        ),
    ),
)
