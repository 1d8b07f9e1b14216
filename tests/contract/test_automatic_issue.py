"""A draft that is issued automatically, killed before and after each call to AWS: one number, one invoice, one mail."""

from dataclasses import replace
from functools import partial

import pytest

from chalicelib.adapters.objects import MAILS
from chalicelib.adapters.ses import SesMailer
from chalicelib.domain.billing import InvoiceState
from chalicelib.domain.retainer import Issuing
from chalicelib.services.mails.issue_draft import IssueDraft
from chalicelib.services.mails.run_task import CLAIM, RunTask
from chalicelib.services.mails.send import SendMail
from chalicelib.services.store.tasks import TaskKind, TaskState, draft_to_issue
from tests.aws_calls import record_calls
from tests.contract.conftest import Store
from tests.contract.test_import import KilledError, killer
from tests.contract.test_invoices import keep, numbered, numbers
from tests.invoice_rig import NOW
from tests.task_rig import SENDER, composed

_MOST_CALLS = 30


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_draft_killed_at_any_call_is_issued_once_and_its_mail_is_written_once(store: Store, when: str):
    drafted = numbered(1)
    ports = keep(store, drafted)
    book = store.directory.read_client(drafted.cycle.retainer.client)
    store.directory.write_client(replace(book, issuing=Issuing.AUTOMATIC))
    task, now = draft_to_issue(drafted, NOW), [NOW]
    store.tasks.add([task])
    send_mail = SendMail(
        compose=lambda task: composed(replace(task, about=("settled",))),
        mailer=SesMailer(store.cloud),
        keep_copy=partial(store.objects.put, MAILS),
        read_copy=store.objects.get,
        suppression_list=store.suppression_list,
        sender=SENDER,
        clock=lambda: now[0],
    )
    handlers = {TaskKind.ISSUE_DRAFT: IssueDraft(ports, store.task_queue, send_mail)}
    run_task = RunTask(store.tasks, handlers, store.task_queue, lambda: now[0])

    for call in range(1, _MOST_CALLS):
        now[0] += CLAIM
        with record_calls(**{when: killer(call)}):
            try:
                run_task.run(task.id)
            except KilledError:
                continue
        break

    assert ["2026-0001"] == numbers(store)
    assert InvoiceState.ISSUED is store.invoices.read(drafted.id).state
    assert TaskState.SKIPPED is store.tasks.read(task.id).state
    invoiced = [one for one in store.tasks.list_recent(10) if one.kind is TaskKind.INVOICE]
    assert [drafted.id] == [one.about[0] for one in invoiced]
