"""Tokens of imports' reports: a signature over the import and the day on which it was made (docs/security.md).

A token reads `import.day.signature`. It is signed as clients' links are, under the same secret and another salt,
so that no link of a client opens a report and no report's address opens a client's page.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from hmac import compare_digest

from chalicelib.adapters.links import make_signer, unsigned
from chalicelib.domain.ids import ImportId


class SignedReportLinks:
    """The port `ReportLinks` over a key that is read when the first token comes, once per container."""

    def __init__(self, read_key: Callable[[], str]) -> None:
        self._signer = cache(lambda: make_signer(read_key(), salt="hourtab.report"))

    def token(self, import_id: ImportId, made_on: date) -> str:
        """The token for this import: URL-safe, and the same all day."""
        return self._signer().sign(f"{import_id}.{made_on.isoformat()}").decode()

    def read(self, token: str) -> tuple[ImportId, date] | None:
        """The import that the token proves and the day on which it was made, or None; nothing is raised."""
        import_id, _, made_on = (unsigned(token, self._signer) or "").partition(".")
        if not import_id:
            return None
        named = ImportId(import_id), date.fromisoformat(made_on)  # signed by us, so it is a day
        # Base64 can spell one signature in several ways; only the one that we print is a token.
        return named if compare_digest(self.token(*named), token) else None
