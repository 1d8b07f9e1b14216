"""A cold start: `cold_page.py CODE CANNED` answers the first visit of a client's page with the code in CODE.

The time of the visit is in the file `clock` next to CANNED.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
os.chdir(sys.argv[1])
os.environ |= {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_REGION": "us-east-1",
    "HOURTAB_DIRECTORY_TABLE": "bench-directory",
    "HOURTAB_CYCLES_TABLE": "bench-cycles",
    "HOURTAB_STORE_BUCKET": "bench-store",
    "HOURTAB_LINK_SECRET": "bench-secret",
    "HOURTAB_CLOCK_FILE": str(Path(sys.argv[2]).with_name("clock")),
}

from stubbed_transport import stub_transport  # noqa: E402 - the environment comes first

recorded = stub_transport(sys.argv[2])

import app  # noqa: E402 - the transport is stubbed first

answer = app.app(recorded["event"], None)
sys.exit(None if answer["statusCode"] == 200 and "Acme" in answer["body"] else str(answer)[:500])
