"""The page behind the link of a question's mail: a GET shows the question, a POST with a typed name decides.

A GET changes nothing and notes nothing: scanners of mails open every link. A POST counts only from the page itself: the
link is the secret, and in addition a form of another site is refused. A browser says where a form comes from; under
`Referrer-Policy: no-referrer` its `Origin` is `null`, so `Sec-Fetch-Site` decides where there is one.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

from chalice.app import Response

from chalicelib.domain.approval import Answer
from chalicelib.parts import Parts
from chalicelib.render.jinja import render, style_hash
from chalicelib.services.cycles.ask_approval import Approvals
from chalicelib.services.cycles.open_question import OpenedQuestion, open_question
from chalicelib.services.store.books import Operator
from chalicelib.services.store.lookup import Admit
from chalicelib.web.headers import content_policy, unkept
from chalicelib.web.routes import NothingHereError
from chalicelib.words.approvals import ApprovalWords, word_sentence

_STYLE = "question.css"
_MOST_NAME, _MOST_COMMENT, _MOST_BYTES = 100, 1_000, 16_000
"""Characters of a name and of a comment, and bytes of a form, in which one of them may take twelve."""
_MOST_FIELDS = 10


class QuestionView(NamedTuple):
    """What the template prints."""

    operator: Operator
    title: str
    about: str
    sentence: str
    standing: str
    comment: str
    token: str
    asks: bool
    """Whether an answer still counts: then there is the form."""
    wrong: str = ""
    typed_name: str = ""
    typed_comment: str = ""
    most_name: int = _MOST_NAME
    most_comment: int = _MOST_COMMENT


class Form(NamedTuple):
    """What was typed: white space folded, without characters that do not show."""

    decision: str = ""
    name: str = ""
    comment: str = ""

    @property
    def problem(self) -> str:
        """The id of what is wrong with it; "" if nothing."""
        if len(self.name) > _MOST_NAME or len(self.comment) > _MOST_COMMENT:
            return "long"
        if not self.name:
            return "name"
        return "" if self.decision in {"approve", "decline"} else "choice"


def question_page(parts: Parts, token: str, admit: Admit) -> Response:
    """The question and how it stands, with the form while an answer counts."""
    return _Page(parts, token, _open(parts, token, admit)).shown()


def answer_page(parts: Parts, token: str, request: Any, admit: Admit) -> Response:
    """Take the answer, if it still counts, and show how the question stands then."""
    page = _Page(parts, token, _open(parts, token, admit))
    if not page.opened.approval.is_answerable(page.now):
        return page.shown(page.words.texts.too_late)
    if not _is_own(request.headers):
        return page.refused("origin", Form(), HTTPStatus.FORBIDDEN)
    raw = request.raw_body
    if len(raw) > _MOST_BYTES:
        return page.refused("long", Form(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    form = _form(raw)
    if form.problem:
        return page.refused(form.problem, form, HTTPStatus.BAD_REQUEST)
    return page.answered(form)


def _open(parts: Parts, token: str, admit: Admit) -> OpenedQuestion:
    opened = open_question(
        token,
        parts.clock(),
        links=parts.answer_links,
        directory=parts.directory,
        ledger=parts.ledger,
        admit=admit,
    )
    if opened is None:
        raise NothingHereError("the token opens nothing")
    return opened


class _Page:
    """The page of an opened question."""

    def __init__(self, parts: Parts, token: str, opened: OpenedQuestion) -> None:
        self.parts = parts
        self.token = token
        self.opened = opened
        self.now = parts.clock()
        self.words = ApprovalWords(opened.book.client)

    def shown(self, note: str = "") -> Response:
        """How it stands; of a link that has ended, only that."""
        if self.now >= self.opened.approval.link_until:
            texts = self.words.texts
            body = render(
                "message.html",
                texts=self.words.localizer.texts,
                title=texts.ended_title,
                text=texts.ended_text,
            )
            return unkept(body, HTTPStatus.GONE, content_policy(style_hash()))
        return self._rendered(self.opened, note=note)

    def refused(self, problem: str, form: Form, status: HTTPStatus) -> Response:
        """The form again, with what is wrong and what was typed."""
        wrong = self.words.texts.problems[problem].format(name=_MOST_NAME, comment=_MOST_COMMENT)
        return self._rendered(self.opened, wrong=wrong, form=form, status=status)

    def answered(self, form: Form) -> Response:
        """Decide, and show how it stands then."""
        book, approval = self.opened.book, self.opened.approval
        answer = Answer(form.decision == "approve", form.name, form.comment, self.opened.link_of)
        use = Approvals(self.parts.directory, self.parts.ledger, word_sentence)
        asked = use.answer(book, approval, answer, self.now)
        self.parts.queue_tasks(task.id for task in asked.tasks if task.due_at <= self.now)
        texts = self.words.texts
        note = texts.thanks if asked.is_new else texts.too_late
        return self._rendered(self.opened._replace(approval=asked.approval), note=note)

    def _rendered(
        self,
        opened: OpenedQuestion,
        *,
        note: str = "",
        wrong: str = "",
        form: Form = Form(),  # noqa: B008 - a named tuple
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        texts, approval, book = self.words.texts, opened.approval, opened.book
        asks = approval.is_answerable(self.now)
        standing = self.words.standing(approval, opened.retainer.zone, self.now)
        comment = approval.answer.comment if approval.answer else ""
        view = QuestionView(
            operator=book.operator,
            title=texts.form_title if asks else texts.title,
            about=f"{book.client.name}, {opened.retainer.title}",
            sentence=approval.sentence,
            standing=" ".join(filter(None, (note, standing))),
            comment=texts.comment.format(comment=comment) if comment else "",
            token=self.token,
            asks=asks,
            wrong=wrong,
            typed_name=form.name[:_MOST_NAME],
            typed_comment=form.comment[:_MOST_COMMENT],
        )
        accent = book.operator.accent
        body = render(
            "question.html",
            more_style=_STYLE,
            accent=accent,
            texts=self.words.localizer.texts,
            words=texts,
            page=view,
        )
        return unkept(body, status, content_policy(style_hash(_STYLE, accent), forms="'self'"))


def _is_own(headers: Mapping[str, str]) -> bool:
    """Whether the form was sent from a page of ours, as far as the browser says so."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin", "null")
    if site is not None:
        return site == "same-origin"
    return origin == "null" or urlsplit(origin).netloc == headers.get("host", "")


def _form(raw: bytes) -> Form:
    try:
        fields = parse_qs(raw.decode(), max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:  # no form, no text, or too many fields
        return Form()
    return Form(*(_clean(fields.get(name, [""])[0]) for name in Form._fields))


def _clean(text: str) -> str:
    return " ".join("".join(char for char in text if char.isprintable() or char.isspace()).split())
