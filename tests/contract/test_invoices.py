"""The port `Invoices`: versions, lists, and numbers without gaps, however many processes issue and wherever they
die."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from chalicelib.adapters.audit_trail import DynamoAuditTrail
from chalicelib.adapters.tables import moment
from chalicelib.documents.pdf import unprintable
from chalicelib.domain.billing import Adjustment, InvoiceRecord, InvoiceState, Series
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.services.invoices.issue import adjust, issue, void
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.invoices.read import issued_invoices
from chalicelib.services.store.audit import Act
from chalicelib.services.store.books import ClientHead
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.words.invoices import word_section
from tests.aws_calls import record_calls
from tests.builders import day, money
from tests.contract.builders import ACME, HEAD, cycle
from tests.contract.conftest import Store
from tests.contract.test_import import KilledError, killer
from tests.effort import tries
from tests.invoice_rig import DRAFTED, JANUARY, NOW, OPERATOR, SEED, book, draft_for

_MOST_CALLS = 12
_AT_ONCE = 9
"""The number of drafts that one transaction puts together with the head."""


def numbered(number: int) -> InvoiceRecord:
    """Drafts of one retainer each, drafted an hour apart."""
    cycle_id = CycleId(RetainerId(ACME, RetainerSlug(f"tier-{number}")), day(JANUARY))
    return draft_for(cycle_id, drafted_at=DRAFTED + timedelta(hours=number))


def keep(store: Store, *records: InvoiceRecord) -> InvoicePorts:
    """Store these drafts as cycle closes do, and the client's retainers."""
    tiers = tuple(replace(SEED, id=one.cycle.retainer) for one in records)
    store.directory.write_client(replace(book(), retainers=tiers))
    store.directory.write_operator(OPERATOR)
    for version, first_one in enumerate(range(0, len(records), _AT_ONCE), 1):
        some = records[first_one : first_one + _AT_ONCE]
        store.ledger.commit(LedgerCommit(ACME, ClientHead(version, setup_version=1), (), some))
    return InvoicePorts(store.directory, store.invoices, word_section, unprintable, lambda: NOW)


def numbers(store: Store) -> list[str]:
    """All assigned numbers, in order."""
    return sorted(one.document.number for one in store.invoices.newest() if one.document)


def first(count: int) -> list[str]:
    return [f"2026-{number:04}" for number in range(1, count + 1)]


def test_a_draft_is_read_back_as_the_close_of_its_cycle_wrote_it(store: Store):
    made = numbered(1)
    keep(store, made)

    assert store.invoices.read(made.id) == replace(made, version=1)
    assert store.invoices.read(numbered(2).id) is None
    assert store.invoices.read_all([numbered(2).id, made.id]) == [replace(made, version=1)]
    assert store.invoices.read_all([]) == []


def test_a_repeated_close_does_not_touch_an_invoice_that_was_issued_meanwhile(store: Store):
    made = numbered(1)
    issued = issue(keep(store, made), made.id)

    store.ledger.commit(LedgerCommit(ACME, replace(HEAD, version=2), (cycle(),), [made]))

    assert store.invoices.read(made.id) == issued
    assert list(store.invoices.newest(state=InvoiceState.DRAFT)) == []


def test_a_close_adds_to_the_draft_that_it_read_and_not_to_one_that_changed_meanwhile(store: Store):
    ports = keep(store, numbered(1))
    read = store.ledger.read_invoice(numbered(1).id)
    assert read == replace(numbered(1), version=1)
    assert store.ledger.read_invoice(numbered(2).id) is None
    grown = replace(read, more=(numbered(2).invoice,))

    store.ledger.commit(LedgerCommit(ACME, replace(HEAD, version=2), (), [grown]))
    assert store.invoices.read(read.id) == replace(grown, version=2)

    adjust(ports.invoices, read.id, money("5.00"), "Parking", NOW)
    with pytest.raises(StaleWriteError):
        store.ledger.commit(LedgerCommit(ACME, replace(HEAD, version=3), (), [replace(grown, version=2)]))
    assert store.directory.read_client(ACME).head.version == 3
    assert store.invoices.read(read.id).version == 3


def test_a_removed_draft_is_gone_and_one_that_was_issued_meanwhile_is_not_removed(store: Store):
    ports = keep(store, *(numbered(number) for number in range(2)))
    gone, stays = (store.invoices.read(numbered(number).id) for number in range(2))
    assert gone is not None
    assert stays is not None
    issued = issue(ports, stays.id)

    version = store.directory.read_client(ACME).head.version
    with pytest.raises(StaleWriteError):
        store.ledger.commit(LedgerCommit(ACME, ClientHead(version, setup_version=1), removed=[gone, stays]))
    assert store.invoices.read(gone.id) == gone, "all of them or none"
    store.ledger.commit(LedgerCommit(ACME, ClientHead(version, setup_version=1), removed=[gone]))

    assert list(store.invoices.newest(ACME)) == [issued]
    assert store.invoices.read(gone.id) is None


def test_lists_are_newest_first_by_client_and_by_state(store: Store):
    records = [numbered(number) for number in range(4)]
    ports = keep(store, *records)
    issue(ports, records[1].id)
    issue(ports, records[2].id)
    credit = void(ports, records[2].id, "Wrong")

    everything = [one.id for one in store.invoices.newest()]
    of_client = [one.id for one in store.invoices.newest(ACME)]
    again = f"{records[2].id}/2"  # of the same moment as the credit note
    assert {again, credit.id} == {*everything[:2]} == {*of_client[:2]}
    assert everything[2:] == of_client[2:] == [records[number].id for number in (2, 1, 3, 0)], "by date, or as drafted"
    assert [one.id for one in store.invoices.newest(state=InvoiceState.DRAFT)] == [again, records[3].id, records[0].id]
    assert [one.id for one in store.invoices.newest(ACME, InvoiceState.ISSUED)] == [credit.id, records[1].id]
    assert [one.id for one in store.invoices.newest(state=InvoiceState.VOID)] == [records[2].id]
    assert list(store.invoices.newest(ClientId("globex"))) == []


def test_what_was_issued_on_some_days_is_read_without_the_rest_however_long_it_waited(store: Store):
    records = [numbered(number) for number in range(6)]
    ports = keep(store, *records)
    days = [NOW + timedelta(days=number) for number in (0, 1, 60, 61, 200)]
    for record, on in zip(records[1:], days, strict=True):
        issue(replace(ports, clock=lambda now=on: now), record.id)
    void(replace(ports, clock=lambda: days[4]), records[2].id, "Wrong")

    def issued(first: datetime, last: datetime) -> tuple[list[str], int]:
        with record_calls() as reading:
            documents = issued_invoices(ports, first=first.date(), last=last.date())
        return [one.number for one in documents], reading.items_read // 2  # once its key, once all of it

    assert (["2026-0001", "2026-0002"], 2) == issued(days[0], days[1])
    assert (["2026-0003"], 1) == issued(days[2], days[2])
    assert ([], 0) == issued(days[1] + timedelta(days=3), days[2] - timedelta(days=3))
    assert len(issued_invoices(ports)) == 6, "with the credit note"


def test_an_invoice_that_is_voided_while_the_issued_ones_are_read_is_found_once(store: Store):
    record = numbered(0)
    ports = keep(store, record)
    issue(ports, record.id)
    calls = count(1)

    def void_before_the_third(_: str) -> None:
        if next(calls) == 3:
            void(ports, record.id, "Wrong")

    with record_calls(before=void_before_the_third):
        documents = issued_invoices(ports)

    assert 1 == [one.number for one in documents].count("2026-0001")


def test_what_release_0_1_issued_is_found_by_its_date(store: Store):
    record = numbered(0)
    ports = keep(store, record)
    issue(replace(ports, clock=lambda: NOW + timedelta(days=60)), record.id)
    key = {"pk": {"S": f"invoice#{record.id}"}, "sk": {"S": "invoice"}}
    names = {"#feed": "feed", "#time": "time"}
    as_drafted = {":feed": {"S": "invoices#issued"}, ":time": {"S": moment(record.drafted_at)}}
    store.tables.client("dynamodb").update_item(
        TableName=store.names["activity"],
        Key=key,
        UpdateExpression="SET #feed = :feed, #time = :time",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=as_drafted,
    )

    on = (NOW + timedelta(days=60)).date()
    assert ["2026-0001"] == [one.number for one in issued_invoices(ports, first=on, last=on)]
    assert [record.id] == [one.id for one in store.invoices.newest(state=InvoiceState.ISSUED)]


def test_a_list_reads_a_page_at_a_time(store: Store):
    keep(store, *(numbered(number) for number in range(3)))

    with record_calls() as calls:
        assert next(store.invoices.newest(ACME)).id == numbered(2).id

    assert calls.names() == ["dynamodb:Query", "dynamodb:BatchGetItem"]


def test_invoices_and_their_numbers_do_not_collide_with_other_items(store: Store):
    made = numbered(1)
    issue(keep(store, made), made.id)

    assert store.import_log.list_recent(10) == []
    assert store.import_log.list_of_client(ACME) == []
    assert {ACME: ("Acme Ltd",)} == store.directory.read_names()
    assert [mail.about for mail in store.tasks.list_recent(10)] == [(made.id,)]


def test_each_act_on_an_invoice_is_on_the_audit_trail_once(store: Store):
    made = numbered(1)
    ports = keep(store, made)
    later = replace(ports, clock=lambda: NOW + timedelta(minutes=1))
    adjust(store.invoices, made.id, money("-5"), "Goodwill", NOW - timedelta(minutes=1))
    for _ in range(2):
        issue(ports, made.id)
    for _ in range(2):
        void(later, made.id, "Wrong firm")

    acts = DynamoAuditTrail(store.tables, store.names["activity"]).newest(ACME, 10)

    assert [(one.act, one.details) for one in acts] == [
        (Act.VOID_INVOICE, "2026-0002: Wrong firm"),
        (Act.ISSUE_INVOICE, "2026-0001"),
        (Act.ADJUST_INVOICE, "-5.00 EUR: Goodwill"),
    ]


def test_of_two_changes_of_a_draft_the_second_is_stale(store: Store):
    made = numbered(1)
    keep(store, made)
    read = store.invoices.read(made.id)
    assert read
    changed = replace(read, adjustments=(Adjustment("Goodwill", money("-5"), NOW),))
    store.invoices.write(changed)

    with pytest.raises(StaleWriteError):
        store.invoices.write(replace(read, adjustments=()))
    with pytest.raises(StaleWriteError):
        store.invoices.issue(Series("2026").next(day("2026-02-05")), [read], [])

    assert store.invoices.read(made.id) == replace(changed, version=2)
    assert store.invoices.read_series("2026") == Series("2026")


def test_a_number_that_is_taken_is_not_given_again(store: Store):
    one, other = numbered(1), numbered(2)
    ports = keep(store, one, other)
    series = store.invoices.read_series("2026")
    issue(ports, one.id)
    read = store.invoices.read(other.id)
    assert read

    with pytest.raises(StaleWriteError):
        store.invoices.issue(series.next(day("2026-02-05")), [read], [])

    assert store.invoices.read_series("2026") == Series("2026", 1, day("2026-02-05"), 1)
    assert store.invoices.read(other.id) == read


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [issue, lambda ports, name: void(ports, name, "Wrong")], ids=["issue", "void"])
def test_issuing_killed_at_any_call_and_run_again_leaves_no_gap_and_no_duplicate_number(store: Store, step, when):
    records = [numbered(number) for number in range(_MOST_CALLS)]
    ports = keep(store, *records)
    given = 0
    if step is not issue:
        given = len([issue(ports, one.id) for one in records])

    for call, one in enumerate(records, 1):
        try:
            with record_calls(**{when: killer(call)}):
                step(ports, one.id)
        except KilledError:
            again = step(ports, one.id)
        else:
            assert call > 4, "the calls are counted"
            break
        given += 1
        assert again.document
        assert again.document.number == f"2026-{given:04}"
    else:
        pytest.fail("it makes more calls than this test kills")

    assert numbers(store) == first(given + 1)
    assert len(store.tasks.list_recent(100)) == given + 1


def test_two_concurrent_issuers_assign_every_number_once(store: Store):
    records = [numbered(number) for number in range(tries(100))]
    ports = keep(store, *records)

    with ThreadPoolExecutor(2) as both:
        halves = [both.submit(lambda half: [issue(ports, one.id) for one in half], records[side::2]) for side in (0, 1)]
        issued = [one for half in halves for one in half.result()]

    assert numbers(store) == first(len(records))
    assert {one.id for one in issued} == {one.id for one in records}


def test_two_concurrent_issuers_of_one_invoice_assign_one_number(store: Store):
    made = numbered(1)
    ports = keep(store, made)

    with ThreadPoolExecutor(4) as hands:
        issued = list(hands.map(lambda _: issue(ports, made.id), range(8)))

    assert {one.document.number for one in issued if one.document} == {"2026-0001"}
    assert store.invoices.read_series("2026").last == 1
