from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.clock import real_clock


@pytest.mark.parametrize("seconds", [None, 0, 86_400])
def test_the_local_stack_s_clock_is_ahead_by_the_seconds_in_its_file_and_without_one_is_the_machine_s(
    tmp_path, seconds
):
    file = tmp_path / "clock"
    now = real_clock(str(file))
    if seconds is not None:
        file.write_text(str(seconds))

    before, read, after = datetime.now(UTC), now(), datetime.now(UTC)

    assert before <= read - timedelta(seconds=seconds or 0) <= after


def test_the_clock_reads_utc():
    assert real_clock()().tzinfo is UTC
