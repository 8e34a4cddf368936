"""Asks an emotion server how the last turn of a dialogue feels."""

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
from emotion_client.async_client import AsyncClient
from emotion_client.client import Client
from emotion_client.conversation import AsyncConversation, Conversation
from emotion_client.errors import (
    AccessError,
    BusyError,
    DeadlineError,
    EmotionError,
    FieldViolation,
    InvalidRequestError,
    ServerError,
    UnavailableError,
)
from emotion_client.options import Options, Tls
from emotion_client.outside import Outside
from emotion_client.retry import RetryPolicy
from emotion_client.text_classification import TextClassifier, pipeline

__all__ = [
    "AccessError",
    "AsyncClient",
    "AsyncConversation",
    "BusyError",
    "Classification",
    "Client",
    "Conversation",
    "DeadlineError",
    "EmotionError",
    "FieldViolation",
    "InvalidRequestError",
    "LabelProbability",
    "Limits",
    "ModelInfo",
    "ModelVersion",
    "Options",
    "Outside",
    "Priority",
    "RetryPolicy",
    "ServerError",
    "ServingModel",
    "TextClassifier",
    "Timings",
    "Tls",
    "Turns",
    "UnavailableError",
    "pipeline",
]
