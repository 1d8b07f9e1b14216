"""Lets one act commit in the middle of another: at a given call of a store, everything else is done first.

with Interposed(rig.directory, rig.ledger, at=3) as once:
    once.act = lambda: the_second_act()
    the_first_act()
once.made    # what the second returned, or None: the first makes fewer calls
"""

from collections.abc import Callable
from functools import wraps
from types import TracebackType
from typing import Any, Self


class Interposed:
    """Counts the calls of the public methods of in-memory stores, and runs `act` before one of them."""

    def __init__(self, *stores: object, at: int) -> None:
        """`at`: the call, counted from 1."""
        self.act: Callable[[], Any] = lambda: None
        self.made: Any = None
        self.calls = 0
        self._at = at
        self._is_inside = False
        self._stores = stores
        self._wrapped: list[tuple[object, str]] = []

    def __enter__(self) -> Self:
        for store in self._stores:
            for name in dir(type(store)):
                method = getattr(store, name)
                if not name.startswith("_") and callable(method):
                    setattr(store, name, self._counted(method))
                    self._wrapped.append((store, name))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for store, name in self._wrapped:
            delattr(store, name)

    def _counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def counted(*args: Any, **named: Any) -> Any:
            if self._is_inside:
                return method(*args, **named)
            self._is_inside = True  # neither the calls of the act count nor those between the stores
            try:
                self.calls += 1
                if self.calls == self._at:
                    self.made = self.act()
                return method(*args, **named)
            finally:
                self._is_inside = False

        return counted
