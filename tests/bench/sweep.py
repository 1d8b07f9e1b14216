"""The sweep of waiting mails: calls to AWS, by the number of mails."""

from datetime import timedelta
from typing import Any

from chalicelib.domain.ids import ImportId
from chalicelib.services.store.tasks import import_mail
from tests.aws_calls import record_calls
from tests.bench.deployment import NOW, Engine, deployment
from tests.engines import ministack

WAITING = 2_000


def measure(waiting: int = WAITING, engine: Engine = ministack) -> dict[str, Any]:
    mails = [import_mail(ImportId(f"{number:016x}"), NOW - timedelta(hours=1)) for number in range(waiting)]
    with deployment(engine) as house:
        house.add_tasks(mails)
        with record_calls() as calls:
            found = house.sweep()
        if found != waiting:
            raise ValueError(f"{found} mails are waiting, not {waiting}")
    return {"calls": len(calls.made)}
