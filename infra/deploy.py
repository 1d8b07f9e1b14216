"""Deploys the package as one CloudFormation stack: to AWS and, with the same steps, to the local cloud.

Run by `make deploy` and `make destroy` as `python -m infra.deploy STAGE=prod …`, with the names that make has. Region
and credentials are those of the AWS configuration; AWS_REGION and AWS_PROFILE come first, as for the command line.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.settings import Settings
from infra import stack as stacks
from infra.account import describe, identify, open_session
from infra.artifacts import bucket_name, upload
from infra.destroy import destroy
from infra.package import ARCHITECTURES, DEFAULT_FOLDER, Package, PackagingError, make_package
from infra.preflight import Preflight, refused_values, said_as, source_template
from infra.stack import DONE, NEVER_RAN, ChangeSet, DeployError, Terminal, find_stack

LOCAL_STAGE = "local"
"""The stage that is never deployed to AWS: its buckets accept plain HTTP."""
_OPTIONS = ("STAGE", "RUNTIME", "ARCH", "ARTIFACT_BUCKET", "YES")
_GOES_ON = "What CloudFormation has begun goes on: run the command again to see how it ended."
_SET_HERE = frozenset({"Stage", "Package", "Protected", "ApiLogsRoleArn"})
_OF_THE_LAPTOP = frozenset({"ClockFile", "LocalEndpoint", "RedeliverAfter", "RedeliverLargeAfter"})


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its name, CloudFormation's outputs, and whether this call changed it."""

    name: str
    outputs: Mapping[str, str]
    changed: bool


def deploy(
    session: Any,
    package: Package,
    stage: str,
    parameters: Mapping[str, str] | None = None,
    *,
    bucket: str = "",
    terminal: Terminal | None = None,
) -> Stack:
    """Create or update the stack `hourtab-<stage>`; a stack that already has this package is left alone.

    Args:
        session: a boto3 session with region and credentials.
        package: what make_package returned.
        stage: the value of the template's Stage.
        parameters: further parameters of the template; others keep their values.
        bucket: the artifact bucket; empty: the account's own.
        terminal: how to show the change, ask whether to make it, and tell of progress.

    Raises:
        DeployError: CloudFormation refused or rolled back, or the change was declined.
    """
    terminal = terminal or Terminal(pause=partial(time.sleep, 0.5))
    cloudformation, name = session.client("cloudformation"), f"hourtab-{stage}"
    known = yaml.safe_load(package.template.read_text())["Parameters"].keys()
    before = _ready_stack(cloudformation, name, terminal)
    protects = stage != LOCAL_STAGE and "Protected" in known
    ours = {"Package": package.fingerprint, "Protected": str(protects and before is not None).lower()}
    values = {"Stage": stage, **{key: ours[key] for key in ours.keys() & known}, **(parameters or {})}
    if before and _is_deployed(before, values):
        _protect(cloudformation, before, terminal, protects=protects)
        return Stack(name, _outputs(before), changed=False)
    account = session.client("sts").get_caller_identity()["Account"]
    bucket = bucket or bucket_name(account, session.region_name)
    url = upload(session, package, bucket, account, stage, tls_only=stage != LOCAL_STAGE)
    request = {"StackName": name, "TemplateURL": url, "Parameters": _values(values, before, known)}
    change = stacks.propose(cloudformation, request, creates=before is None, terminal=terminal)
    if change:
        _confirm(cloudformation, change, terminal)
        stacks.carry_out(cloudformation, change, terminal)
        if before is None and protects:
            _protect_tables(cloudformation, name, known, terminal)
    after = find_stack(cloudformation, name) or {}
    _protect(cloudformation, after, terminal, protects=protects)
    return Stack(name, _outputs(after), changed=change is not None)


def _ready_stack(cloudformation: Any, name: str, terminal: Terminal) -> dict[str, Any] | None:
    """The stack to be updated; None if it has to be created, for which one that never ran is deleted first."""
    found = find_stack(cloudformation, name)
    if found is None:
        return None
    stacks.refuse_unready(found)
    if found["StackStatus"] not in NEVER_RAN:
        return found
    terminal.say(f"Deleting what is left of a stack that was never created ({found['StackStatus']}) …")
    stacks.delete(cloudformation, found, terminal)
    return None


def _is_deployed(stack: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    """Whether the stack runs this package with these values."""
    has = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", ())}
    return stack["StackStatus"] in DONE and values.items() <= has.items()


def _values(values: Mapping[str, str], before: Mapping[str, Any] | None, known: Any) -> list[dict[str, Any]]:
    """The parameters of the request: the given ones, and for the others their values, if this version knows them."""
    kept = {one["ParameterKey"] for one in (before or {}).get("Parameters", ())}
    return [
        *({"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())),
        *({"ParameterKey": key, "UsePreviousValue": True} for key in sorted((kept & known) - values.keys())),
    ]


def _confirm(cloudformation: Any, change: ChangeSet, terminal: Terminal) -> None:
    """Show the change and ask.

    Raises:
        DeployError: it was declined; nothing has changed.
    """
    terminal.say("CloudFormation would make these changes:")
    for line in change.lines():
        terminal.say(line)
    if not terminal.confirm(f"{'Create' if change.creates else 'Update'} the stack?"):
        stacks.discard(cloudformation, change)
        raise DeployError("The stack was not changed. (Scripts answer with YES=1.)")
    terminal.say("Making them; it goes on if you interrupt this command:")


def _protect_tables(cloudformation: Any, name: str, known: Any, terminal: Terminal) -> None:
    """Protect the tables of a stack that was just created: before, protection would have blocked its rollback."""
    terminal.say("Protecting the tables against deletion:")
    values = _values({"Protected": "true"}, find_stack(cloudformation, name), known)
    request = {"StackName": name, "UsePreviousTemplate": True, "Parameters": values}
    change = stacks.propose(cloudformation, request, creates=False, terminal=terminal)
    if change:
        stacks.carry_out(cloudformation, change, terminal)


def _protect(cloudformation: Any, stack: Mapping[str, Any], terminal: Terminal, *, protects: bool) -> None:
    """Protect the stack itself against a deletion that does not go through `make destroy`."""
    if protects and not stack.get("EnableTerminationProtection"):
        cloudformation.update_termination_protection(StackName=stack["StackName"], EnableTerminationProtection=True)
        terminal.say("The stack is protected against deletion.")


def _outputs(stack: Mapping[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def deploy_to_aws(session: Any, said: Mapping[str, str], terminal: Terminal, package: Callable[[str], Package]) -> None:
    """What `make deploy` does: say where, check, package, deploy, and print the outputs.

    Args:
        session: a boto3 session with region and credentials.
        said: what was said to make, by its names there.
        terminal: how to speak with the user.
        package: makes the package for an architecture.

    Raises:
        DeployError: a check, CloudFormation or the user says no.
        PackagingError: the package could not be created.
    """
    stage = said.get("STAGE", "prod")
    defaults = {key: str(one.get("Default", "")) for key, one in source_template()["Parameters"].items()}
    given = {
        key: defaults[key] if said[name] == "none" else said[name] for name, key in settings().items() if said.get(name)
    }
    _refuse(list(refused_values({"Stage": stage, **given})))
    caller = identify(session)
    bucket = said.get("ARTIFACT_BUCKET") or bucket_name(caller.account, session.region_name)
    found = find_stack(session.client("cloudformation"), f"hourtab-{stage}")
    if found:
        stacks.refuse_unready(found)
        given = _asked_in_vain(found) | given
    preflight = Preflight(
        session,
        caller,
        f"hourtab-{stage}",
        stage,
        found,
        {"Stage": stage, **given},
        bucket,
        said.get("RUNTIME", ""),
        said.get("ARCH", ""),
    )
    for line in _plan(preflight):
        terminal.say(line)
    findings = preflight.findings()
    for finding in findings:
        if not finding.stops:
            terminal.say(f"Note: {finding.sentence}")
    _refuse([finding.sentence for finding in findings if finding.stops])
    _, architecture = preflight.function
    if preflight.api_logs_role:
        given["ApiLogsRoleArn"] = preflight.api_logs_role
    terminal.say("Packaging the functions …")
    stack = deploy(session, package(architecture), stage, given, bucket=bucket, terminal=terminal)
    terminal.say(f"The stack {stack.name} " + ("is deployed." if stack.changed else "has this version already."))
    for key, value in sorted(stack.outputs.items()):
        terminal.say(f"{key:<24} {value}")


def _asked_in_vain(stack: Mapping[str, Any]) -> dict[str, str]:
    """What was said when a stack was to be created that never ran: what is not said again stays as it was."""
    values = {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", ())}
    known = settings().values() if stack["StackStatus"] in NEVER_RAN else ()
    return {name: values[name] for name in known if name in values}


def _refuse(problems: list[str]) -> None:
    if problems:
        raise DeployError("\n".join(["Nothing was changed, because:", *(f"- {each}" for each in problems)]))


def _plan(preflight: Preflight) -> Iterator[str]:
    """Where it goes and what will be made, before anything is."""
    stack, where = preflight.stack, preflight.session.region_name
    yield f"account   {preflight.caller.account}, as {preflight.caller.arn}"
    yield f"region    {where}"
    yield f"stage     {preflight.stage}"
    state = "" if stack is None else f" ({stack['StackStatus']})"
    yield f"stack     {preflight.name}: {'create' if preflight.is_new else 'update'} it{state}"
    runtime, architecture = preflight.function
    yield f"functions {runtime} on {architecture}"
    yield f"packages  into the bucket {preflight.bucket}"


def package_for(architecture: str) -> Package:
    """The package for a processor, in a folder of its own."""
    folder = DEFAULT_FOLDER if architecture == ARCHITECTURES[0] else DEFAULT_FOLDER.with_name(f"package-{architecture}")
    return make_package(folder, architecture)


def main(
    arguments: list[str],
    terminal: Terminal | None = None,
    connect: Callable[[str], Any] = open_session,
    package: Callable[[str], Package] = package_for,
) -> None:
    """Do what make asks for: `deploy` or `destroy`, then NAME=value.

    Exits with a sentence for whatever a user can cause.
    """
    command, *words = arguments
    said = dict(word.split("=", 1) for word in words)
    terminal = terminal or Terminal(partial(print, flush=True), lambda question: "YES" in said or _ask(question))
    try:
        _refuse_options(said)
        session = connect(Settings.from_env().region)
        if command == "destroy":
            destroy(session, said, terminal)
        else:
            deploy_to_aws(session, said, terminal, package)
    except (PackagingError, DeployError) as problem:
        sys.exit(str(problem))
    except (BotoCoreError, ClientError) as problem:
        sys.exit(f"{describe(problem)}\n{_GOES_ON}")
    except KeyboardInterrupt:
        sys.exit(f"\nInterrupted. {_GOES_ON}")


def settings() -> dict[str, str]:
    """Names in `make deploy` → parameters of the template, as in MAIL_FROM for MailFrom.

    `none` is the template's default, and what is not named stays.
    """
    names = source_template()["Parameters"].keys() - _SET_HERE - _OF_THE_LAPTOP
    return {said_as(name): name for name in sorted(names)}


def _refuse_options(said: Mapping[str, str]) -> None:
    known = [*_OPTIONS, *settings()]
    if unknown := said.keys() - set(known):
        raise DeployError(f"{', '.join(sorted(unknown))} is unknown: there are {', '.join(known)}.")
    if said.get("STAGE") == LOCAL_STAGE:
        raise DeployError("The stage `local` is the laptop's own: use `make up`, or another name such as STAGE=prod.")
    if said.get("YES", "1") != "1":
        raise DeployError(f"YES is 1, to be asked nothing, or is left out; it is not {said['YES']}.")
    if said.get("ARCH", "x86_64") not in ARCHITECTURES:
        raise DeployError(f"ARCH is {' or '.join(ARCHITECTURES)}, not {said['ARCH']}.")


def _ask(question: str) -> bool:
    try:
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False


if __name__ == "__main__":
    main(sys.argv[1:])
