"""The client's page: round trips, capacity, bytes, and the handler's time as the work log grows."""

import gzip
import re
from io import BytesIO
from typing import Any

from chalicelib.domain.ids import ClientId
from chalicelib.services.store.import_record import DroppedFile
from chalicelib.site import make_site
from tests.aws_calls import record_calls
from tests.bench.clock import best_of
from tests.bench.deployment import deployment, get, month_of
from tests.import_rig import SUPPORT, csv_of

_SIZES = (10, 300, 3_000)


def measure() -> dict[str, Any]:
    of_sizes = {entries: _measure(entries) for entries in _SIZES}
    middle = of_sizes[300]
    return {
        "page_round_trips": middle["round_trips"],
        "page_capacity_units": middle["capacity_units"],
        "page_kb": middle["kb"],
        "page_external_requests": middle["external_requests"],
        "page_handler_ms": {str(entries): figures["ms"] for entries, figures in of_sizes.items()},
        "page_kb_by_entries": {str(entries): figures["kb"] for entries, figures in of_sizes.items()},
    }


def _measure(entries: int) -> dict[str, Any]:
    with deployment() as parts:
        files = parts.files
        version = files.drop(SUPPORT, BytesIO(csv_of(*month_of(entries)).encode()))
        parts.import_export.run(DroppedFile("bench", SUPPORT, version, "1"))
        site, token = make_site(parts), parts.links.token(ClientId("acme"), 1)
        body = get(site, token)["body"]
        with record_calls() as calls:
            get(site, token)
        [seconds] = best_of(7, lambda: get(site, token))
    return {
        "round_trips": len(calls.made),
        "capacity_units": calls.capacity_units(),
        "kb": round(len(gzip.compress(body.encode())) / 1024, 1),
        "external_requests": len(re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", body)),
        "ms": round(seconds * 1000, 1),
    }
