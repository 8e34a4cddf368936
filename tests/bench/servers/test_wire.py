from typing import Any

import numpy as np
import pytest

from servers.wire import BadInputError, dialogues_of, messages, reply


def request(texts: list[bytes], shape: list[int], raw: bool) -> Any:
    made = messages().ModelInferRequest(model_name="m", id="7")
    tensor = made.inputs.add(name="TEXT", datatype="BYTES", shape=shape)
    if raw:
        parts = [len(text).to_bytes(4, "little") + text for text in texts]
        made.raw_input_contents.append(b"".join(parts))
    else:
        tensor.contents.bytes_contents.extend(texts)
    return made


@pytest.mark.parametrize("raw", [False, True])
def test_rows_become_dialogues_without_the_empty_turns_in_front(raw: bool) -> None:
    texts = [b"", b"hi", "café".encode(), b"", b"", b"", b"a", b"", b"c"]
    assert dialogues_of(request(texts, [3, 3], raw)) == [
        ["hi", "café"],
        [""],
        ["a", "", "c"],
    ]


@pytest.mark.parametrize(
    ("texts", "shape"),
    [([b"a"], [1]), ([b"a", b"b"], [1, 3]), ([b"a"], [1, 0]), ([], [1, 3])],
)
def test_other_shapes_are_refused(texts: list[bytes], shape: list[int]) -> None:
    with pytest.raises(BadInputError, match="TEXT"):
        dialogues_of(request(texts, shape, raw=False))


def test_raw_bytes_that_end_within_a_text_are_refused() -> None:
    broken = request([b"a", b"b", b"cde"], [1, 3], raw=True)
    broken.raw_input_contents[0] = broken.raw_input_contents[0][:-1]
    with pytest.raises(BadInputError, match="end within"):
        dialogues_of(broken)


def test_the_reply_carries_floats_in_row_major_order() -> None:
    probabilities = np.array([[0.5, 0.25, 0.125, 0.125]] * 2, np.float32)
    answer = reply(request([], [0, 3], raw=False), probabilities)
    assert (answer.model_name, answer.id) == ("m", "7")
    assert list(answer.outputs[0].shape) == [2, 4]
    assert answer.raw_output_contents[0] == probabilities.tobytes()
