"""What `make up` does with the local stack, and what it prints."""

import os
import re
import subprocess
import sys

from infra.local_cloud import _step
from infra.package import ROOT
from tests.local_stack import LocalStack


def test_a_step_is_named_before_it_runs_and_its_line_ends_with_the_result_and_the_time(capsys):
    with _step("package", "building the functions' zip") as note:
        before = capsys.readouterr().out
        note("9.7 MB")
    after = capsys.readouterr().out

    assert re.fullmatch(r"package +building the functions' zip … +", before)
    assert re.fullmatch(r"9\.7 MB +\d+\.\d s\n", after)


def test_output_that_nobody_reads_any_more_ends_it_without_a_traceback():
    program = "import click; from infra.local_cloud import quiet_if_unread\nwith quiet_if_unread(): click.echo('done')"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as started:
        started.stdout.close()
        complaint = started.stderr.read()

    assert (1, b"") == (started.returncode, complaint)


def test_the_demo_goes_to_the_local_stack_even_where_one_on_aws_is_the_default(local_stack: LocalStack):
    program = "from infra.demo.set_up import hourtab; print(isinstance(hourtab('client', 'list'), list))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=local_stack.home,
        env={**os.environ, "HOURTAB_STACK": "hourtab-prod", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("True\n", "") == (done.stdout, done.stderr)
