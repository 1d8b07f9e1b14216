"""What the functions write, captured as Lambda captures it: the root logger has a handler, the app is the real one."""

import json
import subprocess
import sys

import pytest

from chalicelib.services.store.import_record import DroppedFile, import_id
from tests.import_rig import SUPPORT

IN_LAMBDA = """
import logging, sys
logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))  # as Lambda's runtime does

import app
from io import BytesIO
from tests.fakes import FakeDirectory, FakeImportLog, FakeQueue
from tests.handlers.test_imports import CONTEXT, message, notification
from tests.import_rig import SUPPORT, Rig, csv_of, row
from tests.task_rig import NOON, running, waiting_mail
from dataclasses import replace

def give(**parts):
    vars(app.parts).update(parts)

def lambda_runs(function, event):
    try:
        return getattr(app, function)(event, CONTEXT)
    except Exception as error:
        print(json.dumps({"correlation_id": str(error), "message": "the runtime's own line"}))

import json
"""
IMPORT = """
rig = Rig()
give(directory=rig.directory, run_import=rig.imports, task_queue=FakeQueue())
file = rig.files.drop(SUPPORT, BytesIO(csv_of(row("2026-01-05", "1:00")).encode()))
print(json.dumps({"version": file}), file=sys.stderr)
lambda_runs("import_exports", {"Records": [message(notification(SUPPORT, file))]})
logging.getLogger("botocore.httpsession").warning("a library's own line")
"""
LOST = 'lambda_runs("import_exports", {"Records": [message(notification(SUPPORT, "gone"))]})'
MAIL = """
use_case, tasks, post = running(replace(waiting_mail("a"), cause="0a1b2c"))
give(run_task=use_case, tasks=tasks, task_queue=post.queue)
{before}
lambda_runs("send_mails", {{"Records": [message({{"mail": "import-a"}})]}})
"""
FAILS = 'from chalicelib.adapters.aws import CloudError; post.trouble = CloudError("ses:SendEmail", "Throttling")'
SWEEP = """
use_case, tasks, post = running()
give(run_task=use_case, import_log=FakeImportLog(), clock=lambda: NOON)
lambda_runs("sweep_outbox", {})
"""


def lines_of(*scripts):
    """What the functions wrote: a line each, and the version of the dropped file."""
    done = subprocess.run(
        [sys.executable, "-c", "".join((IN_LAMBDA, *scripts))], capture_output=True, text=True, check=True
    )
    version = json.loads(done.stderr)["version"] if done.stderr else ""
    return [json.loads(line) for line in done.stdout.splitlines()], version


def file_id(version):
    return import_id(DroppedFile("inbox", SUPPORT, version, ""))


def test_each_event_of_an_import_is_one_line_of_json_with_the_import_s_id():
    lines, version = lines_of(IMPORT, 'logging.getLogger("hourtab").warning("chalice\'s own logger")')

    own = [line for line in lines if line.get("message", "") not in {"a library's own line", "chalice's own logger"}]
    assert ["import finished"] == [line["message"] for line in own if "message" in line]
    assert {file_id(version)} == {line["correlation_id"] for line in own}
    assert 2 == len(lines) - len(own), "each once"


@pytest.mark.parametrize(
    ("script", "correlation_id"),
    [(IMPORT + LOST, file_id("gone")), (MAIL.format(before=FAILS), "0a1b2c")],
    ids=["import", "mail"],
)
def test_a_traceback_is_written_once_and_with_the_correlation_id_which_lambda_s_own_line_names_too(
    script, correlation_id
):
    lines, _ = lines_of(script)

    [failed] = [line for line in lines if "exception" in line]
    [runtime] = [line for line in lines if line.get("message") == "the runtime's own line"]
    assert correlation_id == failed["correlation_id"]
    assert failed["exception"].startswith("Traceback")
    assert f"(correlation id {correlation_id})" in runtime["correlation_id"]


def test_the_lines_of_a_mail_carry_the_id_of_the_import_that_led_to_it():
    lines, _ = lines_of(MAIL.format(before=""))

    assert ["mail settled"] == [line["message"] for line in lines if "message" in line]
    assert {"0a1b2c"} == {line["correlation_id"] for line in lines}


def test_metrics_have_the_service_as_their_only_dimension_and_hold_nothing_but_numbers_and_the_correlation_id():
    lines, _ = lines_of(IMPORT, MAIL.format(before=""), SWEEP)

    measured = [line for line in lines if "_aws" in line]
    names = {one["Name"] for line in measured for one in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]}
    assert {"ImportsDone", "ImportRows", "ImportProblems", "SecondsToBalance", "MailsSent", "TasksDue"} == names
    for line in measured:
        [description] = line["_aws"]["CloudWatchMetrics"]
        assert [["service"]] == description["Dimensions"]
        assert {"_aws", "service", "correlation_id", *(one["Name"] for one in description["Metrics"])} == line.keys()
