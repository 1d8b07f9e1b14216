"""The port `SuppressionList`: an address is listed once, together with the task that mails the operator about it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from chalicelib.services.mails.ports import SuppressionReason
from chalicelib.services.store.tasks import TaskKind
from tests.aws_calls import record_calls
from tests.contract.builders import NOON
from tests.contract.conftest import Store
from tests.task_rig import waiting_mail

_DAY = timedelta(days=1)
RETURNED = waiting_mail("a").id


def bounce(store: Store, address: str = "jane@example.com", at: datetime = NOON):
    """Suppress an address because a mail bounced."""
    return store.suppression_list.add(address, SuppressionReason.BOUNCE, at, RETURNED)


def test_an_address_is_listed_once_whatever_its_letter_case_and_the_operator_s_mail_is_written_with_it(store: Store):
    at = NOON + timedelta(seconds=7)
    with record_calls() as calls:
        [task] = bounce(store, "Jane@Example.com", at)
    again = store.suppression_list.add("jane@example.com", SuppressionReason.COMPLAINT, NOON + _DAY, RETURNED)

    assert ["dynamodb:TransactWriteItems"] == calls.names()
    assert () == again
    assert [task] == store.tasks.list_waiting(NOON + _DAY)
    assert (TaskKind.BOUNCED, RETURNED) == (task.kind, task.about[1])
    found = store.suppression_list.find("JANE@example.com")
    assert (task.about[0], SuppressionReason.BOUNCE, at) == (found.key, found.reason, found.at)
    assert store.suppression_list.find("john@example.com") is None


def test_an_address_that_was_removed_can_be_listed_again_with_a_new_mail(store: Store):
    [first] = bounce(store)

    removed = [store.suppression_list.remove(address) for address in ("Jane@example.com", "jane@example.com")]

    assert [True, False] == removed
    assert store.suppression_list.find("jane@example.com") is None
    [second] = bounce(store, at=NOON + _DAY)
    assert {first.id, second.id} == {task.id for task in store.tasks.list_waiting(NOON + 2 * _DAY)}


def test_no_address_is_stored(store: Store):
    bounce(store)

    stored = store.tables.client("dynamodb").scan(TableName=store.names["activity"])["Items"]
    assert stored
    assert "jane" not in str(stored)


def test_of_several_concurrent_reports_one_lists_the_address(store: Store):
    with ThreadPoolExecutor(6) as several:
        answers = list(several.map(lambda _: bounce(store), range(6)))

    assert 1 == sum(len(tasks) for tasks in answers)
