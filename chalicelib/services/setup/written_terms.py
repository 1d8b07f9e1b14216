"""Versions of the terms as `setup.yaml` writes them: only what differs from the version before.

The reverse of `cli/setup_file/read_terms.py`. Keys are paths such as `("carry_over", "cap")`, values text or lists.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from chalicelib.domain.quantities import Money
from chalicelib.domain.terms import CarryOver, Terms, Unused
from chalicelib.services.setup.describe import decimal_text, words_of_terms

Path = tuple[str, ...]
Keys = Mapping[Path, Any]
_NONE = "none"
_MULTIPLIERS: Path = ("rounding", "multipliers")
_OF_CARRIED: tuple[Path, ...] = (("carry_over", "cap"), ("carry_over", "expires"))
_PLAIN = re.compile(r"[\w.%]+(?:[ :-][\w.%]+)*")
"""Text that needs no quotes in YAML, also between braces."""


def written_versions(versions: Iterable[Terms]) -> Iterator[Mapping[str, Any]]:
    """What each version, oldest first, has to say: the keys that differ from the version before, in their sections."""
    inherited: Keys = _defaults()
    for terms in versions:
        named = _differences(inherited, _keys_of(terms))
        inherited = _with(inherited, named)
        yield {"effective_from": terms.effective_from, **_nested(named)}


def lines_between(terms: Terms, wanted: Terms) -> list[str]:
    """The lines of YAML that change `terms` into those that are wanted, apart from their first day."""
    changed = _nested(_differences(_keys_of(terms), _keys_of(wanted)))
    return [f"{key}: {_flow(value)}" for key, value in changed.items()]


def _keys_of(terms: Terms) -> dict[Path, Any]:
    """All keys with their values; without `cap` and `expires` where hours are forfeited."""
    words = {tuple(key.split(".")): text for key, text in words_of_terms(terms).items()}
    amounts = {("fee",): terms.fee, ("regular_rate",): terms.regular_rate, ("overage_rate",): terms.overage_rate}
    multipliers = {(*_MULTIPLIERS, name): decimal_text(by) for name, by in terms.rounding.multipliers.items()}
    without = {_MULTIPLIERS, *(_OF_CARRIED if terms.carry_over.unused is Unused.FORFEIT else ())}
    return {
        **{path: text for path, text in words.items() if path not in without},
        **{path: _NONE if amount is None else str(amount.amount) for path, amount in amounts.items()},
        **multipliers,
        ("alerts",): list(terms.alert_percents),
    }


def _defaults() -> dict[Path, Any]:
    """The keys that have a value before any version states one."""
    nothing = Money(0, "")
    carried = _keys_of(Terms(date.min, 0, nothing, nothing, carry_over=CarryOver(Unused.CARRY)))
    keys = {**carried, ("carry_over", "unused"): CarryOver().unused.value}
    return {path: value for path, value in keys.items() if path[0] not in {"allotment", "fee", "regular_rate"}}


def _differences(inherited: Keys, wanted: Keys) -> dict[Path, Any]:
    """What has to be named so that a version says `wanted`."""
    named = {path: value for path, value in wanted.items() if path not in inherited or inherited[path] != value}
    kept = set(map(_folded, wanted))
    cleared = {path: _NONE for path in inherited if path[:2] == _MULTIPLIERS and _folded(path) not in kept}
    return {**named, **cleared}


def _with(inherited: Keys, named: Keys) -> Keys:
    """What the next version inherits."""
    replaced = set(map(_folded, named))
    kept = {path: value for path, value in inherited.items() if _folded(path) not in replaced}
    return kept | {path: value for path, value in named.items() if path[:2] != _MULTIPLIERS or value != _NONE}


def _folded(path: Path) -> Path:
    """The path of a work type, whose case does not matter."""
    return tuple(part.casefold() for part in path)


def _nested(keys: Keys) -> dict[str, Any]:
    """The keys as sections."""
    sections: dict[str, Any] = {}
    for path, value in keys.items():
        section = sections
        for part in path[:-1]:
            section = section.setdefault(part, {})
        section[path[-1]] = value
    return sections


def _flow(value: Any) -> str:
    """A value in one line of YAML."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(held)}' for key, held in value.items())}}}"
    if isinstance(value, list):
        return str(value)
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
