"""The metrics page, as it is read."""

import pytest

from support.page import Page

PAGE = """\
# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{method="Classify",code="OK"} 3
calls_total{method="Classify",code="CANCELLED"} 1
# HELP wait_seconds Times.
# TYPE wait_seconds histogram
wait_seconds_bucket{stage="a",le="0.1"} 2
wait_seconds_bucket{stage="a",le="+Inf"} 4
wait_seconds_sum{stage="a"} 1.5
wait_seconds_count{stage="a"} 4
# HELP info What it is.
# TYPE info gauge
info{name="a \\"b\\" \\\\ c"} 1
"""


def test_a_page_is_added_up() -> None:
    page = '# HELP a A.\na{b="1"} 2\na{b="2"} 3.5\nc_bucket{le="+Inf"} 1e+03\nd 0\n'
    assert Page(page).totals() == {"a": 5.5, "c_bucket": 1000, "d": 0}


def test_samples_are_added_up_by_their_labels() -> None:
    page = Page(PAGE)
    assert page.total("calls_total") == 4
    assert page.total("calls_total", code="OK") == 3
    assert page.total("wait_seconds_sum", stage="a") == 1.5
    with pytest.raises(AssertionError, match="no sample of calls_total"):
        page.total("calls_total", code="INTERNAL")


def test_families_have_their_names_types_and_label_keys() -> None:
    assert Page(PAGE).families() == {
        "calls_total counter code method",
        "wait_seconds histogram stage",
        "info gauge name",
    }


def test_what_is_escaped_is_read_back() -> None:
    assert Page(PAGE).labels_of("info") == {"name": 'a "b" \\ c'}
