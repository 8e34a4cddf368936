"""The metrics page."""

import urllib.request
from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

from support.process import wait_until

Labels = dict[str, str]


class Page:
    """One scrape."""

    def __init__(self, text: str) -> None:
        """Reads the text format."""
        self.text = text
        self._families = list(text_string_to_metric_families(text))
        self._samples = [sample for each in self._families for sample in each.samples]

    @classmethod
    def scrape(cls, url: str) -> "Page":
        """Asks the server for its page."""
        with urllib.request.urlopen(url, timeout=30) as reply:
            assert reply.status == 200
            text: str = reply.read().decode("utf-8")
        return cls(text)

    def total(self, name: str, **labels: str) -> float:
        """The sum of the samples with these labels; there must be one."""
        values = [
            sample.value
            for sample in self._samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        assert values, f"no sample of {name} with {labels}"
        return sum(values)

    def samples(self, name: str) -> list[tuple[Labels, float]]:
        """Labels and value of each sample of this name."""
        return [(dict(s.labels), s.value) for s in self._samples if s.name == name]

    def label_values(self, key: str) -> set[str]:
        """All values that a label has anywhere on the page."""
        return {s.labels[key] for s in self._samples if key in s.labels}

    def totals(self) -> dict[str, float]:
        """The sum of the samples of each name, whatever their labels."""
        found: dict[str, float] = {}
        for sample in self._samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
        return found

    def labels_of(self, name: str) -> Labels:
        """The labels of a metric with one sample."""
        (labels,) = (each.labels for each in self._samples if each.name == name)
        return dict(labels)

    def families(self) -> set[str]:
        """Name, type and label keys of each metric, a line each."""
        found = set()
        for each in self._families:
            # The parser takes the suffix away.
            name = f"{each.name}_total" if each.type == "counter" else each.name
            keys = {key for sample in each.samples for key in sample.labels}
            found.add(" ".join([name, each.type, *sorted(keys - {"le", "quantile"})]))
        return found


def wait_for_page(
    url: str, condition: Callable[[Page], bool], what: str, seconds: float = 120.0
) -> Page:
    """Scrapes until the condition holds; gives that page."""
    last = Page.scrape(url)

    def holds() -> bool:
        nonlocal last
        last = Page.scrape(url)
        return condition(last)

    def report() -> str:
        kept = [line for line in last.text.splitlines() if "_bucket" not in line]
        return what + "; the last page:\n" + "\n".join(kept)

    wait_until(holds, report, seconds)
    return last


def wait_for_rest(url: str) -> Page:
    """Waits until no call is open and no dialogue waits or runs."""
    return wait_for_page(
        url,
        lambda page: (
            page.total("emotion_requests_in_flight") == 0
            and page.total("emotion_queue_items") == 0
            and page.total("emotion_instances_busy") == 0
        ),
        "the server is at rest",
    )


def assert_books_balance(page: Page) -> None:
    """Nobody is lost between the front end and the answer, once the server rests.

    What came in was refused, unreadable, gone at admission, or left the queue in
    one of three ways; and what left it to be run was in a batch.
    """
    queue_wait = "emotion_queue_wait_seconds_count"
    left = page.total(queue_wait)
    offered = page.total("emotion_items_total")
    at_admission = (
        page.total("emotion_rejected_total")
        + page.total("emotion_invalid_input_total")
        + page.total("emotion_expired_total", stage="admission")
        + page.total("emotion_cancelled_total", stage="admission")
    )
    assert offered == at_admission + left
    executed = page.total(queue_wait, outcome="executed")
    assert executed == page.total("emotion_batch_items_sum")
    for outcome in ("expired", "cancelled"):
        assert page.total(queue_wait, outcome=outcome) == page.total(
            f"emotion_{outcome}_total", stage="queue"
        )
    assert page.total("emotion_predictions_total") == page.total(
        "emotion_items_total", outcome="ok"
    )
    assert page.total("emotion_queue_tokens") == 0
