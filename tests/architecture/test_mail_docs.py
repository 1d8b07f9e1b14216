"""docs/mails.md shows every mail as it is written."""

from pathlib import Path

import pytest

from chalicelib.services.store.tasks import TaskKind
from tests.unit.mails.samples import as_shown, client_samples, operator_samples

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs/mails.md").read_text(encoding="utf-8")
SAMPLES = {**client_samples(), **operator_samples()}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mail_is_shown_as_it_reads(name):
    assert f"```text\n{as_shown(SAMPLES[name])}\n```" in DOCUMENT


def test_every_kind_of_mail_is_shown():
    shown = {kind for kind in TaskKind if any(name.startswith(kind.value) for name in SAMPLES)}

    assert set(TaskKind) - {TaskKind.CHECK_USAGE} == shown
