"""Mappings of columns, on any file and with any input of the operator."""

import re
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.intake.export import Export, open_export
from chalicelib.intake.propose_mapping import Said, propose_mapping
from chalicelib.intake.rows import MappedColumn, Refusal, RefusalKind, Row, SourceHints
from chalicelib.intake.sources.columns import PLAIN_UNITS, DateOrder, Field, Unit
from tests.effort import tries
from tests.fuzz.oracles import tidied
from tests.fuzz.strategies import exports, notations, quoted
from tests.fuzz.test_reader import fixed

NAMES = st.text("abÄß09 .()/-_\"';", min_size=1, max_size=10).filter(lambda name: name.strip())
FREE_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(fixed, max_examples=tries(60))
@given(
    st.one_of(exports().map(lambda one: one.encoded()), st.binary(max_size=80)),
    st.lists(
        st.tuples(
            st.sampled_from(Field), st.one_of(st.sampled_from(["", " ", "date", "Duration", "notes"]), FREE_TEXT)
        ),
        max_size=3,
    ),
    st.sampled_from([None, *Unit]),
    st.sampled_from([None, *DateOrder]),
)
def test_any_mapping_is_proposed_or_refused(data, columns, unit, order):
    said = Said("desk", tuple(MappedColumn(*one) for one in columns), unit, order)
    proposal = propose_mapping(BytesIO(data), said)

    if isinstance(proposal, Refusal):
        assert proposal.reason
        return
    export = open_export(BytesIO(data), SourceHints(mappings=(proposal.mapping,)))
    assert isinstance(export, Export)
    assert "desk" == export.source
    assert proposal.sample == tuple(one for one, _ in zip(export.rows(), proposal.sample, strict=False))


@settings(fixed, max_examples=tries(60))
@given(
    st.lists(NAMES, min_size=4, max_size=6, unique_by=lambda name: tidied(name).casefold()),
    st.sampled_from(PLAIN_UNITS),
    st.integers(0, 500_000),
    st.data(),
)
def test_a_mapped_column_is_read_as_the_operator_says(names, unit, seconds, data):
    cells = ["2026-03-02", data.draw(st.sampled_from(notations(seconds, unit))), "Ada", "Work", *names[4:]]
    order = data.draw(st.permutations(range(len(names))))
    lines = (",".join(quoted(line[at], ",", always=True) for at in order) for line in (names, cells))
    fields = (Field.DATE, Field.DURATION, Field.WORKER, Field.DESCRIPTION)
    said = Said("desk", tuple(map(MappedColumn, fields, names)), unit)
    proposal = propose_mapping(BytesIO("\n".join(lines).encode()), said)

    if isinstance(proposal, Refusal):
        assert unit is not Unit.HOURS
        assert re.fullmatch("[0-9]+:[0-9]{2}", cells[1]), "a clock that may be minutes and seconds"
        assert RefusalKind.AMBIGUOUS_HOURS is proposal.kind
        return
    (only,) = (one for one in proposal.sample if isinstance(one, Row))
    assert ("Ada", "Work", seconds) == (only.entry.worker, only.entry.description, only.entry.seconds)
