"""The progress of a running import is found by its id and in a list, and deleted when it is done."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.ids import ImportId
from chalicelib.services.imports.progress import Progress, Stage
from tests.contract.builders import NOON, record
from tests.contract.conftest import Store


def test_a_running_import_reports_progress_until_it_is_done(store: Store):
    first = Progress(ImportId("a"), record("a").file, NOON, NOON, Stage.READING, 5000)
    later = replace(first, at=NOON + timedelta(seconds=5), stage=Stage.WRITING, done=7, clients_done=1, clients=3)
    other = replace(first, id=ImportId("b"))
    for progress in (first, other, later):
        store.progress.write_progress(progress)

    assert later == store.progress.read_progress(ImportId("a"))
    assert [later, other] == store.progress.list_running()

    store.progress.end_progress(ImportId("a"))
    store.progress.end_progress(ImportId("a"))

    assert store.progress.read_progress(ImportId("a")) is None
    assert [other] == store.progress.list_running()
    assert [] == store.import_log.list_recent(10)
