"""Between the messages of the service and plain values."""

from collections.abc import Iterable
from typing import Any

from emotion_client.answers import (
    Classification,
    LabelProbability,
    Limits,
    ModelInfo,
    ModelVersion,
    Priority,
    ServingModel,
    Timings,
    Turns,
)
from emotion_client.errors import FieldViolation, InvalidRequestError, ServerError
from emotion_client.options import check_model_version
from emotion_client.v1 import emotion_pb2 as v1

_PRIORITIES = {"interactive": v1.INTERACTIVE, "bulk": v1.BULK}


def write_request(
    turns: Turns,
    include_timings: bool,
    priority: Priority = "interactive",
    model_version: str | None = None,
) -> v1.ClassifyRequest:
    """Makes the request.

    Raises:
        InvalidRequestError: a turn is no text or not UTF-8; names the turn.
        ValueError: there is no such priority, or the version cannot be one.
    """
    if model_version is not None:
        check_model_version(model_version)
    if priority not in _PRIORITIES:
        raise ValueError(
            f"priority is {priority!r}, expected one of {', '.join(_PRIORITIES)}"
        )
    listed = [turns] if isinstance(turns, str) else _listed(turns)
    for index, turn in enumerate(listed):
        field = f"dialogue.turns[{index}]"
        if not isinstance(turn, str):
            raise _invalid(field, f"is a {type(turn).__name__}, expected a str")
        try:
            turn.encode()
        except UnicodeEncodeError as error:
            raise _invalid(
                field, f"has no UTF-8: a lone surrogate at character {error.start}"
            ) from None
    return v1.ClassifyRequest(
        dialogue=v1.Dialogue(turns=listed),
        include_timings=include_timings,
        priority=_PRIORITIES[priority],
        model_version=model_version or "",
    )


def read_classification(answer: v1.ClassifyResponse) -> Classification:
    """Reads the classification.

    Raises:
        ServerError: there is none.
    """
    if not answer.HasField("classification"):
        raise ServerError("INTERNAL", "the answer holds no classification")
    message = answer.classification
    return Classification(
        label=message.label,
        probabilities=tuple(
            LabelProbability(item.label, item.probability)
            for item in message.probabilities
        ),
        truncated_turns=tuple(message.truncated_turns),
        tokens=message.tokens,
        model=_model(answer.model),
        timings=_timings(message.timings) if message.HasField("timings") else None,
    )


def read_model_info(answer: v1.GetModelInfoResponse) -> ModelInfo:
    """Reads what the server says of its model."""
    limits = answer.limits
    return ModelInfo(
        model=_model(answer.model),
        labels=_labels(answer.labels),
        limits=Limits(
            max_turns=limits.max_turns,
            max_turn_bytes=limits.max_turn_bytes,
            max_tokens=limits.max_tokens,
            max_batch_dialogues=limits.max_batch_dialogues,
        ),
        layout=answer.layout,
        precision=answer.precision,
        manifest_sha256=answer.manifest_sha256,
        traffic=answer.traffic,
        serving=tuple(_serving(each) for each in answer.serving),
    )


def _listed(turns: Any) -> list[Any]:
    try:
        return list(turns)
    except TypeError:
        name = type(turns).__name__
        raise _invalid(
            "dialogue", f"is a {name}, expected a str or a sequence of them"
        ) from None


def _invalid(field: str, description: str) -> InvalidRequestError:
    return InvalidRequestError(
        "INVALID_ARGUMENT",
        f"{field}: {description}",
        violations=[FieldViolation(field, description)],
    )


def _serving(message: v1.ServingModel) -> ServingModel:
    return ServingModel(
        model=_model(message.model),
        traffic_percent=message.traffic_percent,
        shadow_percent=message.shadow_percent,
        labels=_labels(message.labels),
        precision=message.precision,
        manifest_sha256=message.manifest_sha256,
    )


def _labels(messages: Iterable[v1.Label]) -> tuple[str, ...]:
    return tuple(label.name for label in messages)


def _model(message: v1.ModelVersion) -> ModelVersion:
    return ModelVersion(message.name, message.version)


def _timings(message: v1.Timings) -> Timings:
    return Timings(
        tokenize_s=_seconds(message.tokenize),
        queue_s=_seconds(message.queue),
        compute_s=_seconds(message.compute),
        batch_dialogues=message.batch_dialogues,
        batch_tokens=message.batch_tokens,
    )


def _seconds(duration: Any) -> float:
    return float(duration.seconds + duration.nanos / 1e9)
