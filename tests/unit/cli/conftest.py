from pathlib import Path

import pytest

from tests.unit.cli.rig import SETUP, Cli


@pytest.fixture
def cli() -> Cli:
    return Cli()


@pytest.fixture
def setup_file(tmp_path: Path) -> Path:
    file = tmp_path / "setup.yaml"
    file.write_text(SETUP)
    return file


@pytest.fixture
def acme(cli: Cli, setup_file: Path) -> Cli:
    """A terminal whose deployment knows the client Acme."""
    assert cli.run("apply", str(setup_file)).code == 0
    return cli


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A month of October with 26.75 h."""
    file = tmp_path / "october.csv"
    file.write_text("date,description,duration\n2026-10-05,Printers,20:00\n2026-10-06,Phishing mail,6.75\n")
    return file
