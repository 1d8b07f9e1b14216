"""A fresh interpreter up to its first client page, against one that only makes a DynamoDB client and one GetItem.

Both talk to a stubbed transport. The page runs from the packaged zip, unpacked and read-only as on Lambda (no
byte code is written), over the SDK of the environment, which stands for the runtime's own.
"""

import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import botocore.endpoint

from chalicelib.domain.ids import ClientId
from chalicelib.services.store.import_record import DroppedFile
from chalicelib.site import make_site
from infra.package import make_package
from tests.bench.clock import compare_processes
from tests.bench.deployment import KEY, REGION, deployment, get, month_of, page_event
from tests.import_rig import SUPPORT, csv_of

_TURNS = 15
_SCRIPTS = Path(__file__).parent


def measure() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        canned = Path(folder) / "canned.json"
        canned.write_text(json.dumps(_record()))
        code = Path(folder) / "code"
        with zipfile.ZipFile(make_package(Path(folder) / "package").code) as archive:
            archive.extractall(code)
        page = ["-B", str(_SCRIPTS / "cold_page.py"), str(code), str(canned)]
        bare = ["-B", str(_SCRIPTS / "cold_botocore.py"), str(canned)]
        ratio, ours, theirs = compare_processes(_TURNS, page, bare)
    return {
        "cold_start_over_botocore": round(ratio, 2),
        "cold_start_ms": round(ours * 1000),
        "cold_botocore_ms": round(theirs * 1000),
    }


def _record() -> dict[str, Any]:
    """What the services answer to the first visit of a page with 300 entries, and the visit."""
    with deployment() as parts:
        version = parts.files.drop(SUPPORT, BytesIO(csv_of(*month_of(300)).encode()))
        parts.import_export.run(DroppedFile("bench", SUPPORT, version, "1"))
        site, token = make_site(parts), parts.links.token(ClientId("acme"), 1)
        with _recorded() as answers:
            get(site, token)
            client = parts.aws.client("dynamodb")
            client.get_item(TableName="bench-directory", Key={"pk": {"S": "client#acme"}, "sk": {"S": "setup"}})
    answers["GetSecretValue"] = _canned(json.dumps({"SecretString": KEY}).encode())
    return {"event": page_event(token), "answers": answers, "region": REGION}


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
