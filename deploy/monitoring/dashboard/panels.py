"""What is on the dashboard."""

from __future__ import annotations

from dashboard.grafana import Panel, Query, Row

# Of the replicas chosen above the dashboard.
HERE = 'instance=~"$instance"'
CALLS = f'grpc_service="emotion.v1.EmotionService",{HERE}'
RATE = "[$__rate_interval]"


def rate(metric: str, by: str, labels: str = HERE) -> str:
    """A rate, added up by labels; `by` may be empty."""
    grouped = f"sum by ({by})" if by else "sum"
    return f"{grouped} (rate({metric}{{{labels}}}{RATE}))"


def share(part: str, whole: str) -> str:
    """A ratio that is 0, not undefined, where nothing happens."""
    return f"{part} / clamp_min({whole}, 1e-9)"


def quantile(q: str, metric: str, by: str = "", labels: str = HERE) -> str:
    """A percentile over the chosen replicas."""
    grouped = f"le, {by}" if by else "le"
    return f"histogram_quantile({q}, {rate(f'{metric}_bucket', grouped, labels)})"


def percentiles(
    title: str, about: str, metric: str, labels: str = HERE, width: int = 6
) -> Panel:
    """The median, p95 and p99 of a time."""
    lines = (("p50", "0.5"), ("p95", "0.95"), ("p99", "0.99"))
    queries = tuple(
        Query(quantile(q, metric, labels=labels), name) for name, q in lines
    )
    return Panel(title, about, queries, unit="s", width=width)


def own_process(metric: str) -> str:
    """A metric of the process, without those of other programs."""
    return f"{metric} and on (job, instance) emotion_ready{{{HERE}}}"


ERRORS = 'grpc_code=~"Internal|Unavailable|ResourceExhausted|DeadlineExceeded"'
CALL_TIME = "grpc_server_handling_seconds"

SUMMARY = Row(
    "At a glance",
    (
        Panel(
            "Replicas ready",
            "Replicas that take dialogues.",
            (Query(f"sum(emotion_ready{{{HERE}}})"),),
            kind="stat",
            width=4,
        ),
        Panel(
            "Dialogues a second",
            "All that were answered, whatever the answer.",
            (Query(rate("emotion_items_total", "")),),
            kind="stat",
            width=4,
        ),
        Panel(
            "p99 of a call",
            "Classify, from its start to its end at the server.",
            (
                Query(
                    quantile(
                        "0.99", CALL_TIME, labels=f'{CALLS},grpc_method="Classify"'
                    )
                ),
            ),
            unit="s",
            kind="stat",
            width=4,
        ),
        Panel(
            "Calls that fail by our fault",
            "Internal, Unavailable, ResourceExhausted and DeadlineExceeded.",
            (
                Query(
                    share(
                        rate("grpc_server_handled_total", "", f"{CALLS},{ERRORS}"),
                        rate("grpc_server_handled_total", "", CALLS),
                    )
                ),
            ),
            unit="percentunit",
            kind="stat",
            width=4,
        ),
        Panel(
            "Utilisation",
            "Share of the workers' time that goes to batches.",
            (
                Query(
                    share(
                        rate("emotion_instance_busy_seconds_total", ""),
                        f"sum(emotion_instances{{{HERE}}})",
                    )
                ),
            ),
            unit="percentunit",
            kind="stat",
            width=4,
        ),
        Panel(
            "Dialogues waiting",
            "In all queues together.",
            (Query(f"sum(emotion_queue_items{{{HERE}}})"),),
            kind="stat",
            width=4,
        ),
    ),
)

TRAFFIC = Row(
    "Traffic",
    (
        Panel(
            "Dialogues by outcome",
            "A second.",
            (Query(rate("emotion_items_total", "outcome"), "{{outcome}}"),),
            stack=True,
        ),
        Panel(
            "Calls by code",
            "A second.",
            (
                Query(
                    rate("grpc_server_handled_total", "grpc_code", CALLS),
                    "{{grpc_code}}",
                ),
            ),
            stack=True,
        ),
        Panel(
            "Refused, expired, cancelled",
            "Dialogues a second that got no answer of the model.",
            (
                Query(rate("emotion_rejected_total", "reason"), "rejected: {{reason}}"),
                Query(rate("emotion_expired_total", "stage"), "expired: {{stage}}"),
                Query(rate("emotion_cancelled_total", "stage"), "cancelled: {{stage}}"),
                Query(rate("emotion_invalid_input_total", "reason"), "bad: {{reason}}"),
            ),
        ),
    ),
)

LATENCY = Row(
    "Where the time goes",
    (
        percentiles(
            "Calls of Classify",
            "From start to end at the server.",
            CALL_TIME,
            f'{CALLS},grpc_method="Classify"',
        ),
        percentiles(
            "Waiting",
            "In the queue, of dialogues that were run.",
            "emotion_queue_wait_seconds",
            f'{HERE},outcome="executed"',
        ),
        Panel(
            "Inference by version, at the chosen percentile",
            "A forward pass over a batch; a shadow's takes the time that is left.",
            (
                Query(
                    quantile("$quantile", "emotion_inference_seconds", "version"),
                    "{{version}}",
                ),
            ),
            unit="s",
            width=6,
        ),
        percentiles(
            "Tokens", "From text to tokens, a dialogue.", "emotion_tokenize_seconds"
        ),
        Panel(
            "Calls by replica, at the chosen percentile",
            "One that stands out has a slower machine, or neighbours.",
            (
                Query(
                    quantile(
                        "$quantile",
                        CALL_TIME,
                        "instance",
                        f'{CALLS},grpc_method="Classify"',
                    ),
                    "{{instance}}",
                ),
            ),
            unit="s",
            width=12,
        ),
        Panel(
            "Waiting by priority, at the chosen percentile",
            "Interactive overtakes bulk.",
            (
                Query(
                    quantile(
                        "$quantile",
                        "emotion_queue_wait_seconds",
                        "priority",
                        f'{HERE},outcome="executed"',
                    ),
                    "{{priority}}",
                ),
            ),
            unit="s",
            width=12,
        ),
    ),
)
