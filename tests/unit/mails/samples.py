"""One sample of every mail, in a language, for docs/mails.md and the browser tests."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.approval import Answer, Approval, ApprovalState
from chalicelib.domain.billing import InvoiceRecord, InvoiceState
from chalicelib.domain.cycle import Period
from chalicelib.domain.ids import CycleId
from chalicelib.services.mails.mime import Mail, write_message
from chalicelib.services.mails.ports import Suppression, SuppressionReason
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.tasks import (
    Task,
    TaskId,
    TaskKind,
    TaskState,
    alert_mail,
    answer_mail,
    beyond_mail,
    digest_mail,
    draft_to_issue,
    expiring_mail,
    import_mail,
    invoice_mail,
    link_mail,
    new_cycle_mail,
    no_answer_mail,
    question_mail,
)
from chalicelib.words.approvals import word_sentence
from tests.builders import asked, day
from tests.fakes import FakeImportLog
from tests.invoice_rig import FakeInvoices, draft_for
from tests.mail_rig import HELPDESK, NOVEMBER, OCTOBER, SECOND_OF_NOVEMBER, book, helpdesk, mails, month
from tests.task_rig import SENDER, FakeTasks, Post
from tests.unit.documents.samples import credit_note, invoice
from tests.unit.web.report_samples import troubled

_NOON = SECOND_OF_NOVEMBER


def client_samples(locale: str = "en-GB") -> dict[str, Mail]:
    """The mails to a client, by their kind."""
    of = book(locale=locale)
    busy = month("2026-11-01", "9:00", "8:30", "8:00")
    compose = mails(of, OCTOBER)
    later = mails(of, OCTOBER, busy, clock=lambda: _NOON + timedelta(days=14))
    over = mails(
        of, OCTOBER, busy, month("2026-11-01", "9:00", "8:30", "8:00", "6:00"), clock=lambda: _NOON + timedelta(days=21)
    )
    return {
        "new-cycle": compose(new_cycle_mail(helpdesk(), NOVEMBER, _NOON)),
        "alert": later(alert_mail(HELPDESK, NOVEMBER, 75, _NOON)),
        "alert-over": over(alert_mail(HELPDESK, NOVEMBER, 100, _NOON)),
        "expiring": compose(expiring_mail(helpdesk(), day("2026-12-01"), _NOON)),
        "question": mails(of, approvals=(_asked(of),))(question_mail(_asked(of), 0)),
        "link": compose(link_mail(of.client.id, of.client.link.version, _NOON)),
        **{name: _invoiced(name, locale) for name in ("invoice", "credit-note")},
    }


def operator_samples() -> dict[str, Mail]:
    """The mails to the operator, by their kind."""
    waits = _drafted()
    record = replace(troubled(1), finished_at=_NOON)
    about_import = import_mail(record.id, _NOON)
    failed = replace(
        about_import, state=TaskState.FAILED, reason="SES refused the mail (MessageRejected): not verified."
    )
    returned, post = _returned()
    compose = mails(
        None,
        OCTOBER,
        month("2026-11-01", "9:00", "8:30", "8:00", "6:00"),
        imports=FakeImportLog(record),
        invoices=FakeInvoices(waits),
        tasks=FakeTasks(failed, returned),
        post=post,
        clock=lambda: _NOON + timedelta(days=1),
    )
    week = replace(digest_mail(_NOON + timedelta(days=7)), about=("2026-W45",))
    bounced = Task(TaskId("bounced-a"), TaskKind.BOUNCED, ("key", returned.id), _NOON)
    return {
        "import": compose(about_import),
        "invoice-draft": compose(draft_to_issue(waits, _NOON)),
        "digest": compose(week),
        "bounced": compose(bounced),
        "answer": mails(approvals=(_ANSWERED,))(answer_mail(_ANSWERED, _NOON)),
        "beyond-approval": mails(
            None,
            OCTOBER,
            month("2026-11-01", "9:00", "19:30", "24:00"),
            approvals=(_ANSWERED,),
            clock=lambda: _NOON + timedelta(days=7),
        )(beyond_mail(_ANSWERED, _NOON)),
        "no-answer": mails(approvals=(_asked(),), clock=lambda: _NOON + timedelta(days=8))(no_answer_mail(_asked())),
    }


def _asked(of: ClientBook | None = None) -> Approval:
    """A question of 2 November about the helpdesk, worded for the client."""
    one = asked("2026-11-02", "20:00", "95.00", name="mail-server", of=HELPDESK)
    one = one._replace(asked_at=_NOON, approvers=("leitung@seeblick.example",), reason="Migration of the mail server")
    period = Period(NOVEMBER, day("2026-12-01"), 1)
    return one._replace(sentence=word_sentence((of or book()).client, helpdesk(), period, one))


_ANSWER = Answer(True, "Ida Berg", "Please before Christmas", "leitung@seeblick.example")
_ANSWERED = _asked()._replace(state=ApprovalState.APPROVED, settled_at=_NOON + timedelta(hours=2), answer=_ANSWER)


def as_shown(mail: Mail) -> str:
    """A mail as docs/mails.md shows it: the headers that a reader sees, and the text."""
    heads = {
        "To": mail.to,
        "Copy": mail.copy_to,
        "Subject": mail.subject,
        "Attached": ", ".join(one.name for one in mail.attachments),
    }
    headers = [f"{name}: {value}" for name, value in heads.items() if value]
    return "\n".join([*headers, "", *(line.rstrip() for line in mail.text.splitlines())]).rstrip()


def _invoiced(name: str, locale: str) -> Mail:
    document = invoice(locale[:2])
    shown = document if name == "invoice" else credit_note(document)
    record = replace(_drafted(), state=InvoiceState.ISSUED, document=replace(shown, locale=locale))
    compose = mails(book(locale=locale), invoices=FakeInvoices(record))
    return compose(invoice_mail(record, _NOON))


def _drafted() -> InvoiceRecord:
    cycle = CycleId(HELPDESK, OCTOBER.id.start)
    return draft_for(cycle, period_end=NOVEMBER)


def _returned() -> tuple[Task, Post]:
    """A new cycle's mail that bounced, with its stored copy."""
    task = new_cycle_mail(helpdesk(), NOVEMBER, _NOON)
    mail = mails(None, OCTOBER)(task)
    post = Post(kept=[write_message(mail, task.id, sender=SENDER, at=_NOON)])
    post.suppression_list.entries[mail.to] = Suppression("key", SuppressionReason.BOUNCE, _NOON)
    return replace(task, state=TaskState.SENT, copy="0"), post
