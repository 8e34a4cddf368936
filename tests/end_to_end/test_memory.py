"""Memory under many requests."""

import random
import statistics
import time

import pytest

from end_to_end.conftest import Serve
from end_to_end.package import LONG_DIALOGUE, some_dialogue
from end_to_end.wire import Connection, Turns
from support.page import Page, assert_books_balance, wait_for_rest
from support.server import ServerProcess

DIALOGUES, BATCH = 10_000, 125
MOST_BYTES = 350e6
MOST_GROWTH = 0.05


def resident(server: ServerProcess) -> float:
    return Page.scrape(server.metrics_url).total("process_resident_memory_bytes")


def mixed(dice: random.Random) -> Turns:
    """Mostly short, as messages are; one in a hundred is as long as it may be."""
    if dice.random() < 0.01:
        return LONG_DIALOGUE
    return some_dialogue(dice, dice.choice((1, 1, 2, 3, 8)))


@pytest.mark.slow
def test_ten_thousand_requests_leave_memory_flat(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(1)
    with serve() as server, Connection(server.address) as connection:
        readings = [resident(server)]
        begin = time.monotonic()
        for _ in range(DIALOGUES // BATCH):
            results = connection.classify_batch([mixed(dice) for _ in range(BATCH)])
            assert all(result.status.code == 0 for result in results)
            readings.append(resident(server))
        seconds = time.monotonic() - begin
        page = wait_for_rest(server.metrics_url)
    assert_books_balance(page)
    assert page.total("emotion_items_total", outcome="ok") == DIALOGUES
    # A single reading holds what the allocator has not yet given back.
    quarter = len(readings) // 4
    third = statistics.median(readings[2 * quarter : 3 * quarter])
    fourth = statistics.median(readings[3 * quarter :])
    with capsys.disabled():
        print(
            f"\n{DIALOGUES} dialogues in {seconds:.0f} s "
            f"({DIALOGUES / seconds:.0f}/s); resident MB: start "
            f"{readings[0] / 1e6:.0f}, third quarter {third / 1e6:.0f}, fourth "
            f"quarter {fourth / 1e6:.0f}, most {max(readings) / 1e6:.0f}"
        )
    assert max(readings) <= MOST_BYTES
    assert fourth <= third * (1 + MOST_GROWTH)
