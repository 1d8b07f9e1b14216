"""The sources that are compared with each other, because one of them has taken over files of another one."""

import pytest

from chalicelib.services.imports.replay.lineage import related


@pytest.mark.parametrize(
    ("source", "present", "found"),
    [
        ("b", {"b"}, {"a", "b"}),
        ("a", {"a"}, {"a"}),
        ("a", {"a", "b"}, {"a", "b"}),
        ("a", {"a", "b", "c"}, {"a", "b", "c", "d"}),
        ("d", {"d", "b"}, {"d"}),
        ("e", {"a", "b", "e"}, {"e"}),
    ],
)
def test_imports_are_replayed_with_those_of_related_sources_that_the_client_has(source, present, found):
    predecessors = {"b": frozenset({"a"}), "c": frozenset({"a", "d"})}

    assert found == related(source, present, predecessors)
