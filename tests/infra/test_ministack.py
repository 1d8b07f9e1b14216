"""Starting, stopping and losing the emulator."""

import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from infra.local_cloud import LocalCloud
from infra.ministack import HOST, LocalCloudError, MiniStack


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


@pytest.fixture
def cloud(tmp_path, port):
    cloud = LocalCloud(tmp_path)
    cloud.ministack.start(port)
    yield cloud
    cloud.ministack.stop()


def put(cloud, key, body):
    cloud.session().client("s3").put_object(Bucket="inbox", Key=key, Body=body)


def kill(ministack):
    os.kill(ministack.running().pid, signal.SIGKILL)
    ministack._started.wait()


def test_a_taken_port_is_named_with_a_way_out(tmp_path):
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(LocalCloudError, match=rf"Port {port} is taken .* `make up PORT={port + 1}`"):
            MiniStack(tmp_path).start(port)


def test_a_foreign_process_is_neither_taken_for_ours_nor_stopped(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (tmp_path / "ministack.pid").write_text(json.dumps({"pid": other.pid, "port": 4566}))

    assert MiniStack(tmp_path).running() is None
    assert not MiniStack(tmp_path).stop()
    assert other.poll() is None
    other.communicate(b"\n")


def test_what_is_stored_survives_a_stop(cloud, port):
    cloud.session().client("s3").create_bucket(Bucket="inbox")
    put(cloud, "a.csv", b"hours")

    assert cloud.ministack.stop()
    assert not cloud.ministack.was_killed()
    cloud.ministack.start(port)

    answer = cloud.session().client("s3").get_object(Bucket="inbox", Key="a.csv")
    assert b"hours" == answer["Body"].read()


def test_after_a_kill_the_files_that_no_import_knows_are_dropped_again(cloud, port):
    s3 = cloud.session().client("s3")
    s3.create_bucket(Bucket="inbox")
    s3.put_bucket_versioning(Bucket="inbox", VersioningConfiguration={"Status": "Enabled"})
    known = ("a.csv", s3.put_object(Bucket="inbox", Key="a.csv", Body=b"known")["VersionId"])
    cloud.ministack.save()
    put(cloud, "b.csv", b"lost")
    kill(cloud.ministack)

    assert cloud.ministack.was_killed()
    assert not cloud.ministack.set_aside_unsaved()
    cloud.ministack.start(port)
    assert 1 == cloud.drop_again("inbox", {known})
    assert b"lost" == cloud.session().client("s3").get_object(Bucket="inbox", Key="b.csv")["Body"].read()


def test_files_of_a_cloud_that_was_killed_before_its_first_save_are_set_aside(cloud):
    cloud.session().client("s3").create_bucket(Bucket="inbox")
    put(cloud, "a.csv", b"hours")
    kill(cloud.ministack)

    assert cloud.ministack.was_killed()
    assert cloud.ministack.set_aside_unsaved()
    assert [b"hours"] == [file.read_bytes() for file in (cloud.folder / "lost").rglob("a.csv")]


def test_a_cloud_that_is_not_running_says_how_to_start_it(tmp_path):
    with pytest.raises(LocalCloudError, match="make up"):
        LocalCloud(tmp_path).session()
