"""The zip that the functions run from."""

import json
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions, version
from importlib.util import cache_from_source, find_spec
from pathlib import Path

import pytest
import yaml

from chalicelib.documents.word_document import render_html
from chalicelib.words.formats import LANGUAGES
from infra.package import ROOT, PackagingError, install_wheels, make_package, weights
from tests.unit.documents.samples import invoice

AARCH64 = 183
"""ELF's number of 64-bit Arm."""
RUNTIME_OWN = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3"}
"""Top-level modules that every Python runtime of Lambda includes."""


def test_the_zip_is_small_and_says_what_each_part_weighs(package):
    heavy = weights(package.code)

    assert package.code.stat().st_size < 12_000_000
    assert {"babel", "chalicelib", "pynamodb", "app.py"} <= heavy.keys()
    assert sorted(heavy.values(), reverse=True) == list(heavy.values())


def test_what_the_runtime_has_and_the_command_line_are_left_out(package):
    names = zipfile.ZipFile(package.code).namelist()
    tops = {name.split("/")[0] for name in names}

    assert not tops & RUNTIME_OWN
    assert not tops & {"click", "yaml", "PIL", "pillow.libs", "bin", "share", ".lock"}
    assert not [top for top in tops if top.endswith(".dist-info")]
    assert not [name for name in names if name.startswith("chalicelib/cli")]


def test_only_the_locales_of_the_pages_are_carried(package):
    names = zipfile.ZipFile(package.code).namelist()
    locales = {Path(name).stem.split("_")[0] for name in names if name.startswith("babel/locale-data/")}

    assert {"root", *LANGUAGES} <= locales
    assert {"root", *LANGUAGES, "LICENSE"} >= locales


def test_byte_code_of_every_module_goes_along(package):
    names = set(zipfile.ZipFile(package.code).namelist())
    modules = {name for name in names if name.endswith(".py")}

    assert {cache_from_source(name) for name in modules} <= names


@pytest.mark.parametrize("environment", ["", "1"])
def test_the_same_sources_make_the_same_bytes_whether_python_keeps_byte_code_or_not(
    package, environment, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", environment)
    again = make_package(tmp_path / "again")
    names = zipfile.ZipFile(again.code).namelist()

    assert package.code.read_bytes() == again.code.read_bytes()
    assert package.template.read_bytes() == again.template.read_bytes()
    assert len(set(names)) == len(names)


def test_a_package_of_the_same_sources_is_not_made_again(package):
    made = package.code.stat().st_ino, package.code.stat().st_mtime_ns
    again = make_package()

    assert package == again
    assert made == (again.code.stat().st_ino, again.code.stat().st_mtime_ns)


def test_libraries_and_functions_fit_the_processor_that_was_chosen(tmp_path):
    made = make_package(tmp_path / "arm", "arm64")
    archive = zipfile.ZipFile(made.code)
    compiled = [archive.read(name) for name in archive.namelist() if name.endswith(".so")]
    functions = [
        one["Properties"]
        for one in yaml.safe_load(made.template.read_text())["Resources"].values()
        if one["Type"] == "AWS::Serverless::Function"
    ]

    assert {AARCH64} == {int.from_bytes(content[18:20], "little") for content in compiled}
    assert {("arm64",)} == {tuple(one["Architectures"]) for one in functions}


@pytest.fixture(scope="module")
def run(package, tmp_path_factory):
    """Runs a program with only the zip, the runtime's own packages and, after them, the tests' builders."""
    folder = tmp_path_factory.mktemp("function")
    runtime = folder / "runtime"
    runtime.mkdir()
    for name in RUNTIME_OWN - {"boto3", "s3transfer"}:
        found = Path(find_spec(name.removesuffix(".py")).origin)
        here = found if name.endswith(".py") else found.parent
        (runtime / here.name).symlink_to(here)
    zipfile.ZipFile(package.code).extractall(folder / "task")

    def run(program):
        return subprocess.run(
            [sys.executable, "-S", "-B", "-c", program],
            env={"PYTHONPATH": f"{folder / 'task'}:{runtime}:{ROOT}", "AWS_DEFAULT_REGION": "us-east-1"},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_functions_start_from_the_zip_and_the_runtime_s_own_packages_alone(run):
    done = run("import app, chalicelib.handlers.imports, chalicelib.parts; print(*app.app.routes)")

    assert ("/b/{token} /b/{token}/balance.json /b/{token}/work-log.csv /i/{token} /a/{token}\n", "") == (
        done.stdout,
        done.stderr,
    )


def test_a_packaged_template_prints_what_its_source_prints(run):
    done = run(
        "from chalicelib.documents.word_document import render_html; from tests.unit.documents.samples import invoice;"
        "print(ascii(render_html(invoice())))"
    )

    assert (f"{render_html(invoice())!a}\n", "") == (done.stdout, done.stderr)


def test_a_package_has_its_templates_as_modules_only(package):
    names = map(Path, zipfile.ZipFile(package.code).namelist())

    assert {".css", ".py", ".pyc"} == {name.suffix for name in names if name.is_relative_to("chalicelib/templates")}


def test_a_pdf_is_made_without_the_library_of_images(run):
    done = run(
        "import sys; from chalicelib.documents.pdf import render_pdf; from tests.unit.documents.samples import invoice;"
        "print(render_pdf(invoice())[:5], 'PIL' in sys.modules)"
    )

    assert ("b'%PDF-' False\n", "") == (done.stdout, done.stderr)


def test_no_function_loads_what_only_invoices_need_at_its_start(run):
    done = run(
        "import sys, app, chalicelib.handlers.imports, chalicelib.parts, chalicelib.documents.pdf;"
        "print({'fpdf', 'fontTools'} & {name.split('.')[0] for name in sys.modules})"
    )

    assert "set()\n" == done.stdout


def test_no_function_loads_what_only_workbooks_need_at_its_start(run):
    done = run(
        "import sys, app, chalicelib.handlers.imports, chalicelib.parts, chalicelib.services.imports.run_import;"
        "print([name for name in sys.modules if name.startswith('chalicelib.intake.workbook')])"
    )

    assert ("[]\n", "") == (done.stdout, done.stderr)


def test_a_workbook_is_read_from_the_zip_alone(run):
    done = run(
        "from io import BytesIO; from chalicelib.intake.export import open_export;"
        "from chalicelib.intake.rows import SourceHints; from tests.workbooks import table;"
        "rows = table(('Date', 'Description', 'Hours'), ('2026-03-04', 'Printer', 1.5));"
        "print([row.entry.seconds for row in open_export(BytesIO(rows), SourceHints()).rows()])"
    )

    assert ("[5400]\n", "") == (done.stdout, done.stderr)


SOMEWHERE = "invented-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ("invented-1.0-cp311-cp311-macosx_11_0_arm64.whl", r"invented==1\.0 .*wheel"),
        ("invented-1.0.tar.gz", r"invented==1\.0 .*wheel"),
        (SOMEWHERE, r"Hash mismatch for `invented==1\.0`"),
    ],
)
def test_a_library_without_a_wheel_for_lambda_or_with_another_hash_stops_the_packaging(
    found, why, tmp_path, monkeypatch
):
    with zipfile.ZipFile(tmp_path / found, "w") as wheel:
        wheel.writestr("invented-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: invented\nVersion: 1.0\n")
        wheel.writestr("invented-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("invented-1.0.dist-info/RECORD", "")
    (tmp_path / "requirements.txt").write_text(f"invented==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("UV_OFFLINE", "1")

    with pytest.raises(PackagingError, match=rf"(?s)pin a version that has.*{why}"):
        install_wheels(tmp_path / "requirements.txt", tmp_path / "function")


def test_the_list_of_parts_names_every_distribution_in_the_zip_with_its_version(package):
    tops = {name.split("/")[0].removesuffix(".py") for name in zipfile.ZipFile(package.code).namelist()}
    carried = {
        distribution.lower().replace("_", "-")
        for top, distributions in packages_distributions().items()
        if top in tops - {"app", "chalicelib"}
        for distribution in distributions
    }
    parts = json.loads(package.sbom.read_text())

    assert "CycloneDX" == parts["bomFormat"]
    assert {name: version(name) for name in carried} == {one["name"]: one["version"] for one in parts["components"]}
    assert tops - {"__pycache__", "app", "chalicelib"} <= packages_distributions().keys()


def test_what_the_zip_carries_is_pinned_with_hashes_as_the_requirements_say():
    locked = (ROOT / "requirements-lambda.txt").read_text().replace("\\\n", "").splitlines()[1:]
    pins = {line.split()[0].lower() for line in locked}
    wanted = [
        line.lower()
        for name in ("requirements.txt", "requirements-local.txt")
        for line in (ROOT / name).read_text().splitlines()
        if "==" in line and (name == "requirements.txt" or line.startswith("chalice=="))
    ]

    assert [] == [pin for pin in wanted if pin not in pins], "run `make lock`"
    assert [] == [line for line in locked if "--hash=sha256:" not in line]


EVERY_FORMAT = """
from datetime import UTC, date, datetime
from fractions import Fraction
from chalicelib.domain.quantities import Money
from chalicelib.words.formats import Formats, locale_of
UNITS = ("EUR", "USD", "CHF", "JPY", "KWD", "PLN")
for tag in ("en", "en-GB", "en-NL", "de-DE", "de-AT", "de-CH", "fr-FR", "fr-CA", "fr-CH", "nl-NL", "nl-BE", "pl-PL"):
    of = Formats(locale_of(tag))
    some = [of.money(Money(minor, unit)) for minor in (-5, 0, 123456789) for unit in UNITS]
    some += [of.price(Money(5000, "GBP")), of.hours(24300), of.hours(-59), of.number(1234567), of.number(0)]
    some += [of.percent(Fraction(77, 1000)), of.quantity(Fraction(27, 4))]
    some += [of.country(code) for code in ("DE", "FR", "GB", "US", "CH")]
    days = [date(2026, month, 28) for month in range(1, 13)]
    some += [what(day) for day in days for what in (of.full_day, of.month, of.short_month, of.day)]
    some += [of.days(days[0], days[2]), of.day_with_year(days[0], days[1]), of.category(1)]
    some += [of.instant(datetime(2026, 11, 30, 9, 5, tzinfo=UTC))]
    print(ascii(some))
"""


def test_figures_and_dates_read_the_same_from_the_package_whose_locales_are_cut_down(run):
    source = subprocess.run([sys.executable, "-c", EVERY_FORMAT], capture_output=True, text=True, check=True, cwd=ROOT)
    packaged = run(EVERY_FORMAT)

    assert (source.stdout, "") == (packaged.stdout, packaged.stderr)
