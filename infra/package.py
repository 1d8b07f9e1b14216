"""Packages the functions: uv installs their libraries, Chalice adds our modules and creates the template.

Whatever a function does not need is left out of the zip.

Byte code of all modules is included, templates as modules, because a function's folder is read-only and would be
recompiled at each cold start: that takes two thirds of the time that we add to the SDK's own.

Chalice works on a copy of the sources, so that neither stale zips nor caches of the checkout get in, and two
concurrent runs do not interfere. The same sources and versions of the dependencies give the same bytes.

Run as `python -m infra.package`; it prints the size of each dependency.
"""

import hashlib
import json
import marshal
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path

import yaml

from chalicelib.render.jinja import compile_templates
from chalicelib.words.formats import LANGUAGES
from infra.watch import watched

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_FOLDER = ROOT / "build" / "package"
_PROJECT = ("app.py", ".chalice", "chalicelib")
_LOCK = "requirements-lambda.txt"
_INPUTS = (*_PROJECT, _LOCK, "infra/template.yaml", "infra/package.py", "infra/watch.py")
_CHALICE_STAGE = "stack"
OLDEST, NEWEST = (3, 11), (3, 14)
"""The Python versions that run HourTab and have a Lambda runtime."""

ARCHITECTURES = ("x86_64", "arm64")
"""Lambda's names of the processors; the first is the default."""
_PLATFORMS = {"x86_64": "x86_64-manylinux2014", "arm64": "aarch64-manylinux2014"}
"""Wheels for these platforms run on the Linux of every Lambda Python runtime."""
_NOT_IMPORTED = frozenset({".lock", "bin", "share"})
"""What an installation creates in addition to the libraries."""
_CHALICE = "chalice/"
_FONT_TOOLS = "fontTools/"
_UNUSED_FONT_TOOLS = frozenset(["cu2qu", "diff", "merge", "mtiLib", "qu2cu", "t1Lib", "ufoLib", "voltLib"])
"""Parts of fontTools that subsetting never uses."""
_NATIVE = (".so", ".c", ".pyx", ".pxd")
"""fontTools runs without the compiled variants of its modules, which are most of its size."""
_LOCALES = ("root", *LANGUAGES)
"""Languages whose formats the pages support, each with its regions."""
_LOCALE_DATA = "babel/locale-data/"
_UNUSED_LOCALE_DATA = (
    *("languages", "scripts", "variants", "currency_names", "currency_names_plural"),
    *("unit_patterns", "unit_display_names", "compound_unit_patterns", "date_fields"),
    *("compact_decimal_formats", "compact_currency_formats"),
)
"""What no page, mail or document prints: most of what a page would load before its first number."""
_TEMPLATES = "chalicelib/templates/"
_UNCHECKED_HASH = (1).to_bytes(4, "little")
_EPOCH = (1980, 1, 1, 0, 0, 0)


class PackagingError(Exception):
    """The package could not be created; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Package:
    """What a deployment needs: the template refers to `deployment.zip` in the same folder."""

    template: Path
    code: Path
    sbom: Path
    """The libraries in the zip with their versions and hashes, in CycloneDX's format."""
    fingerprint: str
    """Changes when the sources change."""


def make_package(folder: Path = DEFAULT_FOLDER, architecture: str = ARCHITECTURES[0]) -> Package:
    """Create the package in `folder`, or return the existing one if the sources are unchanged.

    Args:
        folder: where it is created; what was in there is removed.
        architecture: the processor that its compiled libraries are for.

    Raises:
        PackagingError: this Python has no Lambda runtime, or a library has no wheel for Lambda.
    """
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise PackagingError(
            f"Lambda runs Python 3.11 to 3.14, this is {sys.version.split()[0]}: delete .venv and create it again "
            "with PYTHON=python3.12, for example."
        )
    package = Package(
        folder / "template.yaml", folder / "deployment.zip", folder / "sbom.json", _fingerprint(architecture)
    )
    stamp = folder / "fingerprint"
    if stamp.is_file() and stamp.read_text() == package.fingerprint:
        return package
    with tempfile.TemporaryDirectory(prefix="hourtab-package-") as scratch:
        function = Path(scratch) / "function"
        install_wheels(ROOT / _LOCK, function, _PLATFORMS[architecture])
        made = _run_chalice(Path(scratch))
        _add_ours(made / "deployment.zip", function)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        template = watched(yaml.safe_load((made / "sam.yaml").read_text()))
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Serverless::Function":  # Chalice leaves the processor to Lambda
                resource["Properties"]["Architectures"] = [architecture]
        package.template.write_text(yaml.safe_dump(template, sort_keys=False))
        _zip(function, package.code)
        _list_parts(package.sbom)
    stamp.write_text(package.fingerprint)
    return package


def weights(code: Path) -> dict[str, int]:
    """The compressed size of each top-level name in the zip, in bytes, the largest first."""
    sizes: Counter[str] = Counter()
    with zipfile.ZipFile(code) as archive:
        for info in archive.infolist():
            sizes[info.filename.split("/")[0]] += info.compress_size
    return dict(sizes.most_common())


def install_wheels(requirements: Path, folder: Path, platform: str = _PLATFORMS[ARCHITECTURES[0]]) -> None:
    """Install into `folder` what a function on this version of Python needs: wheels for Lambda, nothing built.

    Nothing but what `requirements` names, and each only if it has one of the hashes there.

    Raises:
        PackagingError: not all of `requirements` could be installed, so a function would not start.
    """
    done = subprocess.run(  # noqa: S603 - our own interpreter's uv on our own files
        [
            *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-compile-bytecode", "--no-deps"),
            *("--python", sys.executable, "--python-platform", platform, "--only-binary", ":all:"),
            *("--target", str(folder), "--requirement", str(requirements), "--require-hashes"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackagingError(
            f"The libraries of {requirements.name} could not be installed for Lambda ({platform}): "
            "where one has no wheel, pin a version that has, and run `make lock` after each change of "
            f"requirements.txt.\n{done.stderr.strip()}"
        )


def _add_ours(made: Path, function: Path) -> None:
    """Add our modules; of Chalice, keep the files that its packager chose, as they were installed."""
    with zipfile.ZipFile(made) as archive:
        chosen = {function / name for name in archive.namelist()}
        archive.extractall(function, [name for name in archive.namelist() if not name.startswith(_CHALICE)])
    for path in (function / _CHALICE).rglob("*"):
        if path.is_file() and path not in chosen:
            path.unlink()


def _list_parts(sbom: Path) -> None:
    """Write the list of what was installed, and nothing else was (SBOM)."""
    subprocess.run(  # noqa: S603 - our own interpreter's tool on our own file
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements", str(ROOT / _LOCK), "--no-validate"),
            *("--output-reproducible", "--output-format", "JSON", "--output-file", str(sbom)),
        ],
        capture_output=True,
        check=True,
    )


def _run_chalice(scratch: Path) -> Path:
    """Run `chalice package` on a copy of the sources; returns the folder with its template and zip.

    The copy has no requirements, so the zip contains only our modules and Chalice's own.
    """
    project, out = scratch / "project", scratch / "out"
    for name, path in _files(_PROJECT):
        target = project / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    compile_templates(project / _TEMPLATES / "compiled")
    done = subprocess.run(  # noqa: S603 - our own interpreter's Chalice on our own files
        [
            *(sys.executable, "-c", "import sys; from chalice.cli import main; sys.exit(main())"),
            *("--project-dir", str(project), "package", "--stage", _CHALICE_STAGE),
            *("--template-format", "yaml", "--merge-template", str(ROOT / "infra" / "template.yaml"), str(out)),
        ],
        # Chalice imports the copy that it zips: its byte code is not ours, which is added below.
        env={**os.environ, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackagingError(f"Chalice could not package:\n{(done.stdout + done.stderr).strip()}")
    return out


def _files(sources: Iterable[str]) -> Iterator[tuple[str, Path]]:
    """The files of `sources` that go into the package: name relative to the root, and file."""
    for source in sources:
        top = ROOT / source
        files = [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
        for path in files:
            name = path.relative_to(ROOT).as_posix()
            if "__pycache__" not in name and not name.startswith((".chalice/deployments", "chalicelib/cli/")):
                yield name, path


def _fingerprint(architecture: str) -> str:
    digest = hashlib.sha256(f"{sys.version} {version('chalice')} {architecture}".encode())
    for name, path in _files(_INPUTS):
        digest.update(f"\n{name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _zip(folder: Path, target: Path) -> None:
    """Zip what a function needs from `folder`, in a fixed order and with fixed dates."""
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(_needed(names)):
            content = (folder / name).read_bytes()
            if name.startswith(_LOCALE_DATA) and name.endswith(".dat"):
                content = _used_of_locale(content)
            _put(archive, name, content)
            if name.endswith(".py"):
                _put(archive, cache_from_source(name), _byte_code(name, content))


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o100644 << 16
    archive.writestr(info, content, zipfile.ZIP_DEFLATED)


def _byte_code(name: str, source: bytes) -> bytes:
    """The content of a `__pycache__` file, marked as unchecked against its source (PEP 552).

    Version 2 of the marshal format has no back references, which differ from run to run.
    """
    code = compile(source, name, "exec", dont_inherit=True)
    return MAGIC_NUMBER + _UNCHECKED_HASH + source_hash(source) + marshal.dumps(code, 2)


def _used_of_locale(content: bytes) -> bytes:
    """A file of Babel's locale data without what is never printed."""
    data = pickle.loads(content)  # noqa: S301 - Babel's own file, which its library loads in the same way
    return pickle.dumps({key: {} if key in _UNUSED_LOCALE_DATA else value for key, value in data.items()}, protocol=2)


def _needed(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        top = name.split("/")[0]
        if top in _NOT_IMPORTED or top.endswith(".dist-info"):
            continue
        if name.startswith(_FONT_TOOLS) and (name.endswith(_NATIVE) or name.split("/")[1] in _UNUSED_FONT_TOOLS):
            continue
        if name.startswith(_TEMPLATES) and name.endswith((".html", ".txt")):
            continue  # compiled into modules
        locale = name.removeprefix(_LOCALE_DATA).split(".")[0].split("_")[0]
        if not name.startswith(_LOCALE_DATA) or locale in _LOCALES:
            yield name


def main() -> None:
    """Create the package and print its sizes as JSON, in bytes."""
    try:
        package = make_package()
    except PackagingError as problem:
        sys.exit(str(problem))
    made = {"zip": str(package.code), "bytes": package.code.stat().st_size, "sbom": str(package.sbom)}
    print(json.dumps(made | {"weights": weights(package.code)}, indent=2))  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main()
