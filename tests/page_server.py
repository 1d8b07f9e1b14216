"""The pages over in-memory ports on a loopback port of the system's choice."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from threading import Thread

from chalice.config import Config
from chalice.local import ChaliceRequestHandler, LocalDevServer


class QuietHandler(ChaliceRequestHandler):
    """Writes no access log: addresses hold tokens."""

    def log_message(self, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving(app) -> Iterator[str]:
    """The address of a running Chalice app."""
    local = LocalDevServer(app, Config(), "127.0.0.1", 0, handler_cls=QuietHandler, server_cls=HTTPServer)
    thread = Thread(target=local.server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{local.server.server_port}"
    finally:
        local.server.shutdown()
        thread.join()
        local.server.server_close()
