"""The baseline of a cold start: `cold_botocore.py CANNED` imports botocore, makes a client and one GetItem."""

import os
import sys

os.environ |= {"AWS_ACCESS_KEY_ID": "bench", "AWS_SECRET_ACCESS_KEY": "bench"}

import botocore.session
from stubbed_transport import stub_transport

recorded = stub_transport(sys.argv[1])
client = botocore.session.get_session().create_client("dynamodb", region_name=recorded["region"])
answer = client.get_item(TableName="bench-directory", Key={"pk": {"S": "client#acme"}, "sk": {"S": "setup"}})
sys.exit(None if answer["Item"] else "no item")
