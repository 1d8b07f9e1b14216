"""The console over in-memory ports and a provider on loopback, as API Gateway calls it; and on a loopback port."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlencode, urlsplit

from chalicelib.adapters.sessions import SignedValues
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client
from chalicelib.services.access.actor import Role
from chalicelib.services.access.sign_in import Session
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.settings import Settings
from chalicelib.site import make_console
from tests.access_rig import IDA, NOON, SignInRig
from tests.builders import entry, ledger, retainer, terms
from tests.fakes import FakeDirectory, FakeLedger, FakeLinks
from tests.identity_provider import Provider
from tests.parts import Log, parts_with
from tests.unit.web.page.samples import Sample, seeblick

BASE = "https://hours.fjordblick.example"
KEY = "an invented key of more than 32 characters"


class ConsoleRig(SignInRig):
    """The console. It forgets nothing between requests but what a browser keeps."""

    def __init__(
        self, provider: Provider, role: Role | None = Role.OWNER, base: str = BASE, sample: Sample | None = None
    ) -> None:
        super().__init__(provider, role, f"{base}/console")
        self.base, self.log = base, Log()
        self.signed = SignedValues(lambda: [KEY])
        self.cookies: dict[str, str] = {}
        self.sample = sample or seeblick(as_of=NOON)
        self.parts = parts_with(
            Settings(base_url=base, sign_in_url=provider.address),
            sign_in=self.use_case,
            session_values=self.signed,
            directory=self.sample.directory,
            ledger=self.sample.ledger,
            clock=lambda: self.now,
            logger=self.log,
        )

    def answer(self, event):
        return make_console(self.parts)(event)

    def ask(self, method, path, query="", form=None, **headers):
        """The answer to a request; cookies that it sets are kept, as by a browser."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Origin": BASE, **headers}
        answer = self.answer(event_of(method, path, query, urlencode(form or {}), given))
        for line in answer["multiValueHeaders"]["Set-Cookie"]:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies = {key: text for key, text in self.cookies.items() if key != name}
            if value:
                self.cookies[name] = value
        return answer

    def get(self, path="", query="", **headers):
        return self.ask("GET", path, query, **headers)

    def post(self, path, form=None, **headers):
        return self.ask("POST", path, form={"csrf": self.csrf, **(form or {})}, **headers)

    def sign_in(self, query=""):
        """Sign in as a person does; returns the answer on the way back."""
        address = self.get("sign-in", query)["headers"]["Location"]
        return self.come_back(address)

    def come_back(self, address):
        """Enter the password on the provider's page at this address, and return."""
        self.provider.authenticated_at = int(self.now.timestamp())
        back = urlsplit(self.provider.sign_in(address))
        return self.get("signed-in", back.query)

    @property
    def session(self) -> Session | None:
        return self.signed.read(Session, self.cookies.get("__Host-hourtab-session", ""))

    @property
    def csrf(self) -> str:
        return self.session.csrf if self.session else ""

    def keep(self, text):
        """Put a session's text into the browser."""
        self.cookies["__Host-hourtab-session"] = text


def several_clients() -> Sample:
    """Five invented clients on 16 November: over, running out, lasting, unused, and nothing known."""
    worked = {
        "Seeblick Klinik": (10, ("2026-11-03", "4:00"), ("2026-11-09", "4:00"), ("2026-11-13", "3:30")),
        "Nordlicht Dental": (20, ("2026-11-02", "5:00"), ("2026-11-06", "6:15"), ("2026-11-12", "5:00")),
        "Hafenblick Steuerberatung": (20, ("2026-11-03", "2:00"), ("2026-11-10", "3:30"), ("2026-11-13", "1:30")),
        "Le Petit Moulin": (8,),
        "Brunner Architekten": (60, ("2026-11-13", "2:45")),
    }
    books, cycles = [], []
    for name, (hours, *days) in worked.items():
        client = Client(ClientId(name.lower().replace(" ", "-")), name, "en-GB")
        own = RetainerId(client.id, RetainerSlug("helpdesk"))
        version = terms("2026-11-01", allotment=f"{hours}:00")
        books.append(
            ClientBook(
                client,
                (retainer(version, starts="2026-11-01", retainer_id=own, title="Helpdesk"),),
                head=ClientHead(1, "1", NOON if days else None),
                version=1,
            )
        )
        cycles.append(ledger("2026-11-01", [entry(day, duration) for day, duration in days], of=own))
    directory = FakeDirectory(*books)
    return Sample(directory, FakeLedger(*cycles, directory=directory), FakeLinks(), NOON)


def session_of(role=Role.OWNER, **changes):
    """A session that began at noon."""
    given = {
        "user": IDA,
        "name": "ida@fjordblick.example",
        "role": role,
        "version": "0.0",
        "modified_at": NOON,
        "csrf": "random-csrf",
        "begun_at": NOON,
        "confirmed_at": NOON,
    }
    return Session(**{**given, **changes})


def event_of(method, path, query="", body="", headers=None):
    """The event of API Gateway for a path below the console's address."""
    return {
        "resource": "/console/{proxy+}" if path else "/console",
        "path": f"/console/{path}".rstrip("/"),
        "httpMethod": method,
        "headers": headers or {},
        "queryStringParameters": dict(parse_qsl(query)) or None,
        "pathParameters": {"proxy": path} if path else None,
        "requestContext": {"requestId": "request-1"},
        "body": body or None,
        "isBase64Encoded": False,
    }


@contextmanager
def serving_console(provider: Provider, **options: object) -> Iterator[ConsoleRig]:
    """The console on a loopback port, as a browser reaches it; its address is the rig's `base`."""
    rigs: list[ConsoleRig] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            address = urlsplit(self.path)
            path = address.path.removeprefix("/console").strip("/")
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            answer = rigs[0].answer(event_of(self.command, path, address.query, body, dict(self.headers)))
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            for value in answer["multiValueHeaders"]["Set-Cookie"]:
                self.send_header("Set-Cookie", value)
            self.end_headers()
            self.wfile.write(answer["body"].encode())

        do_GET = do_POST = _answer  # noqa: N815 - as the standard library calls them

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    rigs.append(ConsoleRig(provider, base=f"http://127.0.0.1:{server.server_port}", **options))
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield rigs[0]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
