"""The package as it would be deployed."""

import pytest
import yaml

from tests.local_stack import shared_package


@pytest.fixture(scope="session")
def package():
    return shared_package()


@pytest.fixture(scope="session")
def template(package):
    return yaml.safe_load(package.template.read_text())


@pytest.fixture(scope="session")
def resources(template):
    return template["Resources"]
