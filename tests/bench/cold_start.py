"""A fresh interpreter up to its first client page, against one that only makes a DynamoDB client and one GetItem.

Both talk to a stubbed transport. The page runs from the packaged zip, unpacked and read-only as on Lambda (no
byte code is written), over the SDK of the environment, which stands for the runtime's own. Each runs once before, so
that the SDK's byte code is there: not every installer writes it, and compiling the SDK would hide what we add to it.
"""

import json
import os
import zipfile
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import botocore.endpoint

from tests.bench.clock import compare_processes, run_python
from tests.bench.deployment import KEY, REGION, Engine, best_tables, deployment, month_of
from tests.bench.package import MakeCode, packaged

_SCRIPTS = Path(__file__).parent


def measure(
    entries: int = 300, turns: int = 15, make_code: MakeCode = packaged, engine: Engine = best_tables
) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        canned = Path(folder) / "canned.json"
        canned.write_text(json.dumps(_record(entries, engine, Path(folder) / "clock")))
        code = Path(folder) / "code"
        with zipfile.ZipFile(make_code(Path(folder))) as archive:
            archive.extractall(code)
        page = [str(_SCRIPTS / "cold_page.py"), str(code), str(canned)]
        bare = [str(_SCRIPTS / "cold_botocore.py"), str(canned)]
        _write_byte_code(page, bare)
        ratio, ours, theirs = compare_processes(turns, ["-B", *page], ["-B", *bare])
    return {"over_botocore": round(ratio, 2), "cpu_ms": round(ours * 1000), "botocore_cpu_ms": round(theirs * 1000)}


def _write_byte_code(*scripts: Sequence[str]) -> None:
    with patch.dict(os.environ):
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        for script in scripts:
            run_python(*script)


def _record(entries: int, engine: Engine, clock_file: Path) -> dict[str, Any]:
    """The recorded AWS responses for the first visit of a page with `entries` entries, and the visit.

    `clock_file`: where the clock of the visit is kept.
    """
    with deployment(engine) as house:
        house.drop(month_of(entries))
        with _recorded() as answers:
            event = house.visit()["event"]
            key = {"pk": {"S": "client#acme"}, "sk": {"S": "setup"}}
            house.database().get_item(TableName=house.table("directory"), Key=key)
        clock_file.write_text(house.clock_file.read_text())
    answers["GetSecretValue"] = _canned(json.dumps({"SecretString": KEY, "VersionId": "1"}).encode())
    return {"event": event, "answers": answers, "region": REGION}


@contextmanager
def _recorded() -> Iterator[dict[str, str]]:
    answers: dict[str, str] = {}
    convert = botocore.endpoint.convert_to_response_dict

    def recording(response: Any, operation: Any) -> Any:
        answers[operation.name] = _canned(response.content)
        return convert(response, operation)

    with patch.object(botocore.endpoint, "convert_to_response_dict", recording):
        yield answers


def _canned(body: bytes) -> str:
    return b64encode(body).decode()
