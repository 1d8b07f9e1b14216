"""An invented question: 20 h at 95 € beyond Seeblick's helpdesk, asked on 20 November 2026, answered by a link."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalice.app import Chalice
from chalice.test import Client

from chalicelib.adapters.links import SignedAnswerLinks
from chalicelib.domain.approval import Approval
from chalicelib.domain.cycle import Period
from chalicelib.services.store.approvals import AnswerLink, ClientApprovals
from chalicelib.services.store.books import Operator
from chalicelib.site import make_site
from chalicelib.words.approvals import word_sentence
from tests.builders import asked, day
from tests.fakes import FakeQueue
from tests.parts import Log, parts_with
from tests.unit.web.page.samples import CLIENT, HELPDESK, Sample, helpdesk, seeblick

ASKED_AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NOVEMBER = Period(day("2026-11-01"), day("2026-12-01"), 11)
LINKS = SignedAnswerLinks(lambda: ("an invented key of more than 32 characters",))
YES = {"name": "Ida Berg", "comment": "Before Christmas, please", "decision": "approve"}
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}


def question(one: Sample, reason: str = "Migration of the mail server") -> Approval:
    """The question to the sample's client, in its language."""
    asks = asked("2026-11-20", "20:00", "95.00", name="mail-server", of=HELPDESK)
    asks = asks._replace(
        asked_at=ASKED_AT,
        decide_by=ASKED_AT + timedelta(days=7),
        link_until=ASKED_AT + timedelta(days=14),
        approvers=("leitung@seeblick.example", "kasse@seeblick.example"),
        reason=reason,
    )
    book = one.directory.books[CLIENT]
    return asks._replace(sentence=word_sentence(book.client, helpdesk(), NOVEMBER, asks))


@dataclass
class Desk:
    """The app with a client that was asked."""

    sample: Sample = field(default_factory=seeblick)
    reason: str = "Migration of the mail server"
    queue: FakeQueue[Any] = field(default_factory=FakeQueue)

    def __post_init__(self) -> None:
        self.sample.now = datetime(2026, 11, 22, 8, 14, tzinfo=UTC)
        book = self.sample.directory.books[CLIENT]
        operator = Operator("Fjordblick IT", "hello@fjordblick.example", phone="+49 40 555 0")
        self.sample.directory.books[CLIENT] = replace(book, operator=operator)
        self.approval = question(self.sample, self.reason)
        self.put(self.approval)

    def put(self, approval: Approval) -> None:
        """Store the question as it stands."""
        self.sample.ledger.approvals[CLIENT] = ClientApprovals(CLIENT, (approval,), 1)

    @property
    def stored(self) -> Approval:
        """The question as it is stored."""
        return self.sample.ledger.approvals[CLIENT].approvals[0]

    def path(self, place: int = 0) -> str:
        """The path of an approver's link."""
        return f"/a/{LINKS.token(AnswerLink.of(self.approval, place))}"

    def serve(self) -> Chalice:
        """The app."""
        one = self.sample
        given = {"directory": one.directory, "ledger": one.ledger, "links": one.links, "answer_links": LINKS}
        return make_site(parts_with(**given, task_queue=self.queue, logger=Log(), clock=lambda: self.sample.now))

    def get(self, path: str | None = None, method: str = "get") -> Any:
        """What a link opens."""
        with Client(self.serve()) as client:
            return getattr(client.http, method)(path or self.path())

    def post(self, form: dict[str, str] | bytes, path: str | None = None, **headers: str) -> Any:
        """What the form answers."""
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        with Client(self.serve()) as client:
            return client.http.post(path or self.path(), body=body, headers=kind | (headers or SAME_SITE))
