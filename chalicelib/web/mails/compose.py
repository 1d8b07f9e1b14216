"""Writes a mail of the outbox from what its ids name at this moment."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.ids import ImportId
from chalicelib.services.letter import Letter
from chalicelib.services.mail_ports import UnwritableMailError
from chalicelib.services.outbox import MailKind, OutboxMail
from chalicelib.services.ports import Directory, ImportLog, OperatorBook
from chalicelib.web.mails.import_mail import import_letter

_NOBODY = (
    "The set-up names no e-mail address of the operator: add `operator: {{email: …}}`, apply it, "
    "then `hourtab mail retry {mail}`."
)


@dataclass(frozen=True, slots=True)
class ComposeMail:
    """The port `Compose`: one letter per kind of mail."""

    directory: Directory
    imports: ImportLog
    report_url: Callable[[ImportId], str | None]
    """The address of an import's readable report; None where there is none."""

    def __call__(self, mail: OutboxMail) -> Letter:
        """The letter.

        Raises:
            UnwritableMailError: what it is about is gone, or nobody can get it.
        """
        match mail.kind:
            case MailKind.IMPORT:
                return self._about_import(mail)

    def _about_import(self, mail: OutboxMail) -> Letter:
        (about,) = mail.about
        record = self.imports.read(ImportId(about))
        if record is None:
            raise UnwritableMailError(f"The import {about} is not there any more: there is nothing to tell.")
        operator = self._operator(mail)
        return import_letter(record, to=operator.email, operator=operator.name, report_url=self.report_url(record.id))

    def _operator(self, mail: OutboxMail) -> OperatorBook:
        operator = self.directory.read_operator()
        if not operator.email:
            raise UnwritableMailError(_NOBODY.format(mail=mail.id))
        return operator
