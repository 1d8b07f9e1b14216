"""Write the JSON Schema of the set-up file: keys from the reader's table, descriptions from docs/setup.md."""

import json
import re
from pathlib import Path

from chalicelib.cli.setup_file import SCHEMA_FILE
from chalicelib.cli.setup_file.json_schema import setup_schema

_DOC = Path(__file__).resolve().parents[1] / "docs/setup.md"
_REFERENCE = re.compile(r",? see \[[^]]+\]\([^)]+\)")
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")


def written_schema() -> str:
    """The file, as it is shipped."""
    document = _DOC.read_text(encoding="utf-8")
    schema = setup_schema(lambda section, key: _explained(document, section, key))
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _explained(document: str, section: str, key: str) -> str:
    """What the table of a section says about a key, without links, which do not work in an editor."""
    chapter = document.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    row = re.search(rf"^\| `{key}` \| (.+) \|$", chapter, re.MULTILINE)
    if row is None:
        raise LookupError(f"docs/setup.md does not explain `{key}` of {section}")
    return _LINK.sub(r"\1", _REFERENCE.sub("", row[1])).removeprefix("required; ")


if __name__ == "__main__":
    SCHEMA_FILE.write_text(written_schema(), encoding="utf-8")
