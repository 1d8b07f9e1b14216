"""An OpenID provider on a loopback port, with the paths and answers of Amazon Cognito's: for the console's tests.

Its sign-in page asks nothing: whoever `user` is has just entered the password. As Cognito's, it takes one client, one
address to return to, and each code once, from whoever knows its verifier.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT = "invented-client"


def digest_of(verifier: str) -> str:
    """The challenge that belongs to a verifier (RFC 7636, section 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


class Provider:
    """What the provider knows, and what a test changes about it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.user = {"sub": "11111111-2222", "email": "ida@fjordblick.example"}
        self.authenticated_at = 0
        """When the password was entered, in seconds since 1970."""
        self.waited = 0
        """Seconds from then until the token is made."""
        self.claims: dict[str, object] = {}
        """Claims of the ID token that are not as they should be."""
        self.status = 200
        """What the token endpoint answers."""
        self.body: bytes | None = None
        """Its text, if not tokens."""
        self.codes: dict[str, dict[str, str]] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        """Path and parameters of each request."""

    def sign_in(self, address: str) -> str:
        """What a browser does on the sign-in page; returns the address that it is sent to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.seen.append((urlsplit(address).path, asked))
        assert ("code", CLIENT, "S256") == (asked["response_type"], asked["client_id"], asked["code_challenge_method"])
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def tokens(self, form: dict[str, str]) -> tuple[int, object]:
        """The answer of the token endpoint."""
        asked = self.codes.pop(form["code"], None)
        if asked is None or digest_of(form["code_verifier"]) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if (form["redirect_uri"], form["client_id"]) != (asked["redirect_uri"], CLIENT):
            return 400, {"error": "invalid_grant"}
        claims = {
            "sub": self.user["sub"],
            "aud": CLIENT,
            "nonce": asked["nonce"],
            "auth_time": self.authenticated_at,
            "iat": self.authenticated_at + self.waited,
            **self.claims,
        }
        payload = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        return self.status, {"id_token": f"header.{payload}.signature", "access_token": "an-access-token"}


@contextmanager
def providing() -> Iterator[Provider]:
    """A provider that answers on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            provider.seen.append((self.path, form))
            self._answer(*provider.tokens(form))

        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            if self.path.startswith("/oauth2/authorize?"):
                self._goto(provider.sign_in(self.path))
                return
            if self.path.startswith("/logout?"):
                provider.seen.append(("/logout", asked))
                self._goto(asked["logout_uri"])
                return
            assert ("/oauth2/userInfo", "Bearer an-access-token") == (self.path, self.headers["Authorization"])
            self._answer(200, provider.user)

        def _goto(self, address: str) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            self.end_headers()

        def _answer(self, status: int, value: object) -> None:
            body = json.dumps(value).encode() if provider.body is None else provider.body
            self.send_response(status)
            self.send_header("Location", "http://192.0.2.1/")  # for a test of redirects: nobody follows it
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
