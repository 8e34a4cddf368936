from collections.abc import Iterator
from typing import Any

import pytest

from emotion_client import Client, InvalidRequestError, pipeline
from fake_emotion import LABELS, FakeEmotion

SAD = {"label": "sad", "score": pytest.approx(0.97)}


def rest(best: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "score": pytest.approx(0.01)}
        for label in LABELS
        if label != best
    ]


# What a call gives, by the pipeline's and the call's own arguments.
CASES: list[tuple[dict[str, Any], Any, dict[str, Any], Any]] = [
    ({}, "sad", {}, [SAD]),
    ({}, ["sad", "sad"], {}, [SAD, SAD]),
    ({}, {"text": "sad"}, {}, SAD),
    ({}, [{"text": "Hi", "text_pair": "sad"}], {}, [SAD]),
    ({}, "sad", {"top_k": 1}, [SAD]),
    ({}, ["sad"], {"top_k": 1}, [[SAD]]),
    ({}, "sad", {"top_k": None}, [SAD, *rest("sad")]),
    ({}, ["sad"], {"top_k": None}, [[SAD, *rest("sad")]]),
    ({}, "sad", {"top_k": 2}, [SAD, rest("sad")[0]]),
    ({"top_k": None}, "sad", {}, [[SAD, *rest("sad")]]),
    ({"top_k": None}, ["sad"], {}, [[SAD, *rest("sad")]]),
    ({"top_k": 1}, "sad", {}, [[SAD]]),
    ({"top_k": None}, "sad", {"top_k": 1}, [SAD]),
    ({}, ["sad"], {"batch_size": 8, "truncation": True}, [SAD]),
]


@pytest.mark.parametrize(("made_with", "inputs", "called_with", "expected"), CASES)
def test_results_have_the_shapes_of_transformers(
    client: Client,
    made_with: dict[str, Any],
    inputs: Any,
    called_with: dict[str, Any],
    expected: Any,
) -> None:
    pipe = pipeline("text-classification", client=client, **made_with)
    assert pipe(inputs, **called_with) == expected


def shape(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, type(item).__name__) for key, item in value.items())
    return [shape(item) for item in value]


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The pipeline of transformers itself, over a tiny random model."""
    transformers = pytest.importorskip("transformers")
    vocabulary = tmp_path_factory.mktemp("stock") / "vocab.txt"
    vocabulary.write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nsad\nhi\n")
    config = transformers.BertConfig(
        vocab_size=7,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label=dict(enumerate(LABELS)),
        label2id={label: at for at, label in enumerate(LABELS)},
    )
    return lambda **made_with: transformers.pipeline(
        "text-classification",
        model=transformers.BertForSequenceClassification(config),
        tokenizer=transformers.BertTokenizer(str(vocabulary)),
        **made_with,
    )


@pytest.mark.parametrize(("made_with", "inputs", "called_with", "expected"), CASES)
def test_the_table_is_true_of_transformers(
    stock: Any,
    made_with: dict[str, Any],
    inputs: Any,
    called_with: dict[str, Any],
    expected: Any,
) -> None:
    def plain(value: Any) -> Any:
        """Without pytest's approximations, whose type is not float."""
        if isinstance(value, dict):
            return {"label": "", "score": 0.0}
        return [plain(item) for item in value]

    got = stock(**made_with)(inputs, **called_with)
    assert shape(got) == shape(plain(expected))


def test_nothing_in_is_nothing_out(client: Client) -> None:
    assert pipeline(client=client)([]) == []


def test_an_iterator_gives_an_iterator(client: Client) -> None:
    texts: Iterator[str] = iter(["sad", "happy"])
    results = pipeline(client=client)(texts)
    assert isinstance(results, Iterator)
    assert [result["label"] for result in results] == ["sad", "happy"]


def test_a_dialogue_is_given_as_turns(client: Client, fake: FakeEmotion) -> None:
    pipe = pipeline("sentiment-analysis", client=client)
    assert pipe({"turns": ["Hi", "Why?", "sad"]}) == SAD
    assert fake.seen[0].turns == ("Hi", "Why?", "sad")


def test_the_first_failure_is_raised(client: Client) -> None:
    with pytest.raises(InvalidRequestError):
        pipeline(client=client)(["sad", " ", "happy"])


def test_a_pipeline_makes_its_own_client(address: str) -> None:
    pipe = pipeline(address=address)
    assert pipe("sad") == [SAD]
    pipe.client.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"task": "fill-mask"}, "task is 'fill-mask'"),
        ({"top_k": 0}, "top_k is 0, expected at least 1"),
        ({"address": "a:1"}, "give one of them"),
    ],
)
def test_wrong_arguments_are_named(
    client: Client, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        pipeline(client=client, **arguments)


@pytest.mark.parametrize("item", [7, {"label": "sad"}])
def test_an_input_of_another_kind_is_refused(client: Client, item: Any) -> None:
    with pytest.raises(ValueError, match='neither a str nor a dict with "text"'):
        pipeline(client=client)([item])
