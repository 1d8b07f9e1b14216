"""Answers AWS calls in this process from a file of recorded answers, by the operation that is asked for."""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint


def stub_transport(canned: str) -> dict[str, Any]:
    """Replace the network; return the content of the file."""
    recorded: dict[str, Any] = json.loads(Path(canned).read_text())

    def answer(_: Endpoint, request: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
        body = base64.b64decode(recorded["answers"][operation])
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-crc32": str(zlib.crc32(body))}
        response = AWSResponse(request.url, 200, headers, None)
        response._content = body
        return response

    Endpoint._send = answer  # type: ignore[method-assign]
    return recorded
