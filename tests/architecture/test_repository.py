"""What surrounds the code keeps up with it: CI, the hooks, the policy."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_every_action_is_pinned_by_its_commit_with_the_tag_as_a_comment():
    used = [line.strip() for file in WORKFLOWS for line in file.read_text().splitlines() if "uses:" in line]

    assert used
    assert [] == [line for line in used if not re.fullmatch(r"- uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)]


def test_a_workflow_may_only_read():
    assert [{"contents": "read"}] * len(WORKFLOWS) == [
        yaml.safe_load(file.read_text())["permissions"] for file in WORKFLOWS
    ]


def test_ci_runs_on_every_python_that_the_makefile_takes():
    first, last = re.search(r"\(3, (\d+)\) <= v <= \(3, (\d+)\)", (ROOT / "Makefile").read_text()).groups()
    job = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["run"]

    assert [f"3.{minor}" for minor in range(int(first), int(last) + 1)] == job["strategy"]["matrix"]["python"]
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
    assert f'requires-python = ">=3.{first}"' in (ROOT / "pyproject.toml").read_text()


def test_a_commit_is_judged_by_the_checks_of_make():
    [local] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    hooks = {hook["name"] for hook in local["hooks"]}
    checks = re.findall(r"^\t\$\(VENV\)/((?:ruff \w+|mypy))", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert "local" == local["repo"]
    assert set(checks) == hooks
    assert all(hook["entry"].startswith(f".venv/bin/{hook['name']}") for hook in local["hooks"])


def test_every_check_of_the_template_that_is_left_out_has_its_reason():
    text = (ROOT / ".checkov.yaml").read_text()
    groups = re.findall(r"((?:^  # .+\n)*)((?:^  - CKV_\w+\n)+)", text, re.MULTILINE)
    left_out = [check for _, checks in groups for check in re.findall(r"CKV_\w+", checks)]

    assert sorted(yaml.safe_load(text)["skip-check"]) == sorted(left_out)
    assert [] == [checks for reason, checks in groups if not reason]
