"""Files that arrive out of order: two complete exports, with one edit in between."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import tries
from tests.properties.deployment import LAYOUTS, Desk
from tests.properties.tracker import LOOKS, TRACKERS, Work, anywhere

_ANY_WORK = st.builds(Work, key=st.just(0), **anywhere())
_EDITS = st.one_of([st.fixed_dictionaries({name: values}) for name, values in anywhere().items()])


@settings(max_examples=tries(40))
@given(
    tracker=st.sampled_from(TRACKERS),
    layout=st.sampled_from(LAYOUTS),
    truth=st.lists(_ANY_WORK, min_size=1, max_size=5),
    edit=_EDITS,
    looks=st.tuples(LOOKS, LOOKS),
)
def test_two_complete_exports_that_arrive_in_reverse_order_count_as_in_order(tracker, layout, truth, edit, looks):
    works = [replace(work, key=number) for number, work in enumerate(truth, 1)]
    exports = (works, [replace(works[0], **edit), *works[1:]])
    in_order, in_reverse = Desk(tracker, layout), Desk(tracker, layout)
    waiting = []
    for held, look in zip(exports, looks, strict=True):
        in_order.import_all(held, look=look)
        waiting += [in_reverse.put(key=key, data=data) for key, _, data in in_reverse.contents(held, look=look)]

    for file in reversed(waiting):
        in_reverse.imports.run(file)

    assert in_order.entries == in_reverse.entries
