"""The package as it would be deployed."""

import copy
from types import SimpleNamespace

import pytest
import yaml
from samtranslator.translator.transform import transform

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


@pytest.fixture(scope="session")
def expanded(template):
    """The template as SAM expands it on AWS; the managed policies that it may name are not looked up."""
    whole = copy.deepcopy(template)
    for one in whole["Resources"].values():
        if one["Type"] == "AWS::Serverless::Function":
            one["Properties"]["CodeUri"] = "s3://artifacts/deployment.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
        return transform(whole, {}, SimpleNamespace(load=dict))
