"""The whole stack on a laptop: `python -m infra.local_cloud up | down | reset | drop`.

`up` is safe to repeat: each step first checks whether its work is already done.
"""

import argparse
import json
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from socket import socket
from typing import Any, TypedDict

import boto3
import click
import yaml

from chalicelib.parts import Parts, StackParts
from chalicelib.parts import Stack as StackName
from chalicelib.services.access.actor import Role
from chalicelib.services.access.people import PersonExistsError
from infra.demo import set_up as demo
from infra.demo.set_up import DemoError, Link
from infra.deploy import LOCAL_STAGE, Stack, deploy
from infra.local_clock import FILE as CLOCK
from infra.local_clock import play_to
from infra.ministack import HOST, LocalCloudError, MiniStack, refuse_taken_port
from infra.package import Package, PackagingError, make_package
from infra.stack import DeployError

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
DEFAULT_PORT = 4566
REGION = "us-east-1"
_VISITED = 5
"""How many pages are opened: enough to wake the function and to see that it responds."""
SENDER = "hours@fjordblick.example"
"""The sender of the laptop's mails, which are not delivered."""
OPERATOR = "operator@fjordblick.example"
"""Who may sign in to the laptop's console."""
_KEYS = ("test", "test")
"""MiniStack's root user: the same on every machine, and valid only for this laptop's emulator."""


class Outputs(TypedDict):
    """The content of `.local/outputs.json`."""

    endpoint: str
    region: str
    inbox_bucket: str
    api_url: str
    stack_name: str
    console_url: str
    operator_email: str
    operator_password: str
    """The first password, which is replaced at the first sign-in; "" if nothing knows it."""
    links: list[Link]


class LocalCloud:
    """MiniStack with the stack deployed on it and its state in `folder`."""

    def __init__(self, folder: Path = LOCAL) -> None:
        self.folder = folder
        self.ministack = MiniStack(folder)

    @property
    def endpoint(self) -> str:
        """The address of the AWS services."""
        running = self.ministack.running()
        if not running:
            raise LocalCloudError("The local cloud is not running: start it with `make up`.")
        return f"http://{HOST}:{running.port}"

    def session(self) -> Any:
        """A boto3 session of MiniStack's root user, whose clients use only this cloud."""
        return LocalSession(self.endpoint)

    def parts(self) -> Parts:
        """The parts of the deployed stack, as the command line uses them."""
        name = str(self.last_output("stack_name"))
        return StackParts(lambda: StackName(name, REGION, self.endpoint, keys=_KEYS))

    def run(self, function: str) -> None:
        """Run a scheduled function now, given its name in the template."""
        functions = self.session().client("lambda")
        pages = functions.get_paginator("list_functions").paginate()
        names = [each["FunctionName"] for page in pages for each in page["Functions"]]
        answer = functions.invoke(FunctionName=next(name for name in names if function in name), Payload=b"{}")
        if "FunctionError" in answer:
            raise LocalCloudError(f"{function} failed: see {self.folder / 'ministack.log'}.")

    def play_to(self, moment: str, say: Callable[[str], None] = lambda _: None) -> datetime:
        """Set the clock forward to `moment`, running what the schedules would run until then, in order."""
        return play_to(self.folder, moment, self.parts(), self.run, say=say)

    def deploy(self, package: Package) -> Stack:
        """Deploy the package; a stack that already has it is left alone."""
        waits = {"RedeliverAfter": "30", "RedeliverLargeAfter": "900"}
        stack = deploy(
            self.session(),
            package,
            LOCAL_STAGE,
            {
                **waits,
                "MailFrom": SENDER,
                "ClockFile": str(self.folder.resolve() / CLOCK),
                "LocalEndpoint": self.endpoint,
                "LinkRequests": "6000",
            },
        )
        if stack.changed:
            self._verify_sender()
            self._put_gateway_responses(package, stack.outputs["RestAPIId"])
        return stack

    def write_outputs(self, stack: Stack, links: list[Link]) -> Outputs:
        """Write where everything is to `outputs.json`, which `hourtab` and scripts read."""
        outputs: Outputs = {
            "endpoint": self.endpoint,
            "region": REGION,
            "inbox_bucket": stack.outputs["InboxBucket"],
            "api_url": stack.outputs["PagesUrl"],
            "stack_name": stack.name,
            "console_url": stack.outputs["ConsoleUrl"],
            "operator_email": OPERATOR,
            "operator_password": self.last_output("operator_password") or "",
            "links": links,
        }
        (self.folder / "outputs.json").write_text(json.dumps(outputs, indent=2) + "\n")
        return outputs

    def invite_operator(self) -> str:
        """Invite the demo's operator to the console and keep the first password; "" if that was done before.

        The first password is forgotten once there is another one.
        """
        password, people = f"{secrets.token_urlsafe(9)}-1aA", self.parts().manage_people
        try:
            people.invite(OPERATOR, Role.OWNER, password)
        except PersonExistsError:
            if any(one.email == OPERATOR and one.status == "confirmed" for one in people.list()):
                self._keep(operator_password="")
            return ""
        self._keep(operator_password=password)
        return password

    def _keep(self, **outputs: str) -> None:
        file = self.folder / "outputs.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **outputs}, indent=2) + "\n")

    def drop_again(self, bucket: str, known: set[tuple[str, str]]) -> int:
        """Drop again the inbox files that are not `known` as (key, version), oldest first; return how many.

        After a kill the files still exist, but what was imported from them may be lost.
        """
        s3 = self.session().client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        found = sorted((one for page in pages for one in page.get("Contents", ())), key=lambda one: one["LastModified"])
        dropped = 0
        for key in (one["Key"] for one in found):
            answer = s3.get_object(Bucket=bucket, Key=key)
            if (key, answer.get("VersionId")) not in known:
                s3.put_object(Bucket=bucket, Key=key, Body=answer["Body"].read())
                dropped += 1
        return dropped

    def last_output(self, name: str) -> Any:
        """What `outputs.json` says from the last time; None if it says nothing."""
        try:
            return json.loads((self.folder / "outputs.json").read_text()).get(name)
        except (OSError, ValueError):
            return None

    def _verify_sender(self) -> None:
        """Verify our address in MiniStack's SES, which, unlike AWS, asks for no proof."""
        client = self.session().client("sesv2")
        known = {identity["IdentityName"] for identity in client.list_email_identities()["EmailIdentities"]}
        if SENDER not in known:
            client.create_email_identity(EmailIdentity=SENDER)

    def _put_gateway_responses(self, package: Package, api: str) -> None:
        """Give MiniStack the pages for unknown paths: unlike AWS, it does not read them from the API's definition."""
        client = self.session().client("apigateway")
        properties = yaml.safe_load(package.template.read_text())["Resources"]["RestAPI"]["Properties"]
        for kind, response in properties["GatewayResponses"].items():
            headers = response["ResponseParameters"]["Headers"]
            client.put_gateway_response(
                restApiId=api,
                responseType=kind,
                **({"statusCode": response["StatusCode"]} if "StatusCode" in response else {}),
                responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
                responseTemplates=response["ResponseTemplates"],
            )
        client.create_deployment(restApiId=api, stageName=properties["StageName"])


class LocalSession:
    """What infra.deploy needs of a boto3 session, for MiniStack only, regardless of the laptop's AWS settings."""

    region_name = REGION

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._session = boto3.Session(*_KEYS, region_name=REGION)

    def client(self, service: str) -> Any:
        """A client of MiniStack's service."""
        return self._session.client(service, endpoint_url=self._endpoint)


def start_on_free_port(folder: Path) -> LocalCloud:
    """A cloud whose state is in `folder`, on whatever port is free."""
    with socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    cloud = LocalCloud(folder)
    cloud.folder.mkdir(exist_ok=True)
    cloud.ministack.start(port)
    return cloud


@contextmanager
def temporary_cloud(package: Package | None = None) -> Iterator[tuple[LocalCloud, Stack]]:
    """A cloud of its own with the stack on it, empty at first and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="hourtab-stack-") as home:
        cloud = start_on_free_port(Path(home) / LOCAL.name)
        try:
            yield cloud, cloud.deploy(package or make_package())
        finally:
            cloud.ministack.stop()


def up(port: int | None) -> None:
    """Start, deploy, set up the demo, import its exports, and print where everything is."""
    cloud = LocalCloud()
    cloud.folder.mkdir(exist_ok=True)
    with _step("MiniStack", "starting the local AWS") as note:
        was_killed = cloud.ministack.was_killed()
        if was_killed and cloud.ministack.set_aside_unsaved():
            note(f"was killed before its first save, files are in {cloud.folder.name}/lost;")
        note(_start(cloud.ministack, port or _last_port(cloud) or DEFAULT_PORT))
    with _step("package", "building the functions' zip") as note:
        package = make_package()
        note(f"{package.code.stat().st_size / 1e6:.1f} MB")
    with _step("stack", "deploying the package") as note:
        stack = cloud.deploy(package)
        cloud.write_outputs(stack, cloud.last_output("links") or [])  # valid until the new ones are known
        note("deployed" if stack.changed else "has it already")
    with _step("console", "inviting its operator") as note:
        invited = cloud.invite_operator()
        note("invited" if invited else "invited already")
    with _step("set-up", "applying the demo's clients") as note:
        applied = demo.apply_setup(cloud.folder / "demo")
        note(applied or "applied already")
    if was_killed:
        with _step("recovery", "dropping unsaved files again") as note:
            dropped = cloud.drop_again(stack.outputs["InboxBucket"], demo.imported_files())
            note(f"MiniStack was killed, {dropped} files are imported again")
    with _step("exports", "importing the demo's exports") as note:
        imported = demo.import_exports(cloud.folder / "demo")
        note(f"{imported} imported" if imported else "imported already")
    if stack.changed or invited or applied or imported:
        with _step("state", "restarting MiniStack to save it") as note:
            cloud.ministack.save()
            note("saved")
    with _step("pages", "opening the clients' pages") as note:
        outputs = cloud.write_outputs(stack, demo.links())
        visited = outputs["links"][:_VISITED]
        answered = demo.visit(visited)
        closed = len(visited) - answered
        note(f"{answered} answer" + (f", {closed} {'is' if closed == 1 else 'are'} closed" if closed else ""))
    _say_where(outputs)


def down() -> None:
    """Stop MiniStack; everything is kept."""
    with _step("MiniStack", "saving and stopping it") as note:
        note("its state is kept" if MiniStack(LOCAL).stop() else "was not running")


def reset() -> None:
    """Stop MiniStack and delete everything."""
    down()
    MiniStack(LOCAL).forget()
    shutil.rmtree(LOCAL / "demo", ignore_errors=True)
    for file in ("outputs.json", CLOCK):
        (LOCAL / file).unlink(missing_ok=True)
    click.echo("The local cloud is empty: `make up` builds it again.")


def _start(ministack: MiniStack, port: int) -> str:
    running = ministack.running()
    if running and running.port == port:
        return f"is running on port {port}"
    refuse_taken_port(port)
    if running:
        ministack.stop()
    ministack.start(port)
    return f"started on port {port}"


def _say_where(outputs: Outputs) -> None:
    click.echo()
    for link in outputs["links"]:
        click.echo(f"{link['client']:<20} {link['url']}")
    first = f", first password {outputs['operator_password']}" if outputs["operator_password"] else ""
    click.echo(f"{'console':<20} {outputs['console_url']} as {outputs['operator_email']}{first}")
    click.echo(f"{'inbox':<20} s3://{outputs['inbox_bucket']}/inbox/CLIENT/RETAINER/ at {outputs['endpoint']}")
    click.echo("\nDrop an export:      make drop FILE=export.csv CLIENT=nordlicht-dental RETAINER=helpdesk")


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and 0 < int(text) < 1 << 16:
        return int(text)
    raise LocalCloudError(f"PORT={text} is not a port: choose one from 1 to 65535, as in `make up PORT=4600`.")


def _last_port(cloud: LocalCloud) -> int | None:
    port = str(cloud.last_output("endpoint")).rpartition(":")[2]
    return int(port) if port.isdecimal() else None


@contextmanager
def _step(name: str, doing: str) -> Iterator[Callable[[str], None]]:
    """One line of progress: first what a step will do; when it is done, its result and how long it took."""
    click.echo(f"{name:<12} {doing + ' …':<34} ", nl=False)
    started = time.monotonic()
    found: list[str] = []
    try:
        yield found.append
    finally:
        click.echo(f"{' '.join(found):<23} {time.monotonic() - started:5.1f} s")


@contextmanager
def quiet_if_unread() -> Iterator[None]:
    """Exit with 1 and without a traceback as soon as nobody reads the output any more, as in `make up | head -4`."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for Python's flush at the exit
        sys.exit(1)


def main() -> None:
    """The command line that the Makefile calls."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("up").add_argument("--port")
    commands.add_parser("down")
    commands.add_parser("reset")
    commands.add_parser("clock").add_argument("moment")
    arguments = parser.parse_args()
    try:
        with quiet_if_unread():
            _run(arguments)
    except (LocalCloudError, PackagingError, DeployError, DemoError) as problem:
        sys.exit(f"\n{problem}")


def _run(arguments: argparse.Namespace) -> None:
    match arguments.command:
        case "up":
            up(_port(arguments.port))
        case "down":
            down()
        case "reset":
            reset()
        case "clock":
            now = LocalCloud().play_to(arguments.moment, click.echo)
            click.echo(f"In the local stack it is {now:%Y-%m-%d %H:%M} UTC now.")


if __name__ == "__main__":
    main()
