"""Runs the targets guided by coverage, for a given time, or once with a kept input.

    python -m tests.fuzz 300
    python -m tests.fuzz .local/fuzz/crash-0a1b2c

Inputs are kept in .local/fuzz/corpus, and the next run starts with them. One that breaks an invariant ends the run.
"""

import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit(
        "Fuzzing needs atheris, which could not be installed: "
        "run `make fuzz` online, with Python 3.11 to 3.14 on x86-64 Linux."
    )

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / ".local" / "fuzz"

with atheris.instrument_imports(include=["chalicelib.intake", "chalicelib.domain.names"]):
    from tests.fuzz.strategies import EXPORTS, HOSTILE
    from tests.fuzz.targets import WORK_SHEET, WORKBOOK_PARTS, check_any_bytes, check_any_part
    from tests.fuzz.test_mappings import test_any_mapping_is_proposed_or_refused
    from tests.fuzz.test_parsers import (
        test_a_date_has_the_digits_of_its_cell,
        test_a_duration_is_what_the_oracle_says,
        test_a_number_is_what_the_oracle_says,
    )
    from tests.fuzz.test_reader import (
        test_an_export_is_read_as_meant_in_every_notation,
        test_an_export_is_read_from_a_workbook_as_from_csv,
        test_damage_to_one_row_changes_no_other,
        test_damaged_bytes_change_no_row_but_their_own,
    )

TARGETS = (
    check_any_bytes,
    check_any_part,
    *(
        test.hypothesis.fuzz_one_input
        for test in (
            test_an_export_is_read_as_meant_in_every_notation,
            test_an_export_is_read_from_a_workbook_as_from_csv,
            test_damage_to_one_row_changes_no_other,
            test_damaged_bytes_change_no_row_but_their_own,
            test_a_number_is_what_the_oracle_says,
            test_a_duration_is_what_the_oracle_says,
            test_a_date_has_the_digits_of_its_cell,
            test_any_mapping_is_proposed_or_refused,
        )
    ),
)


def run_one(data: bytes) -> None:
    """The first byte chooses the target, the others are its input."""
    if data:
        TARGETS[data[0] % len(TARGETS)](data[1:])


def make_corpus() -> Path:
    """Every example export and a sheet as each part of a workbook, in addition to what earlier runs have found."""
    corpus = KEPT / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for export in EXPORTS.glob("*.csv"):
        (corpus / export.name).write_bytes(b"\0" + export.read_bytes())
    for target in range(1, len(TARGETS)):
        (corpus / f"target-{target}").write_bytes(bytes([target]) + bytes(range(256)) * 2)
    for part in range(len(WORKBOOK_PARTS)):
        (corpus / f"part-{part}.xml").write_bytes(bytes([TARGETS.index(check_any_part), part]) + WORK_SHEET.encode())
    words = ("".join(f"\\x{byte:02x}" for byte in text.encode()) for text in HOSTILE if 0 < len(text) < 60)
    (KEPT / "words.dict").write_text("".join(f'"{word}"\n' for word in words))
    return corpus


def main(what: str) -> None:
    """Fuzz for the given number of seconds, or run one kept input."""
    limits = [
        "-max_len=4096",
        "-timeout=30",
        "-rss_limit_mb=2048",
        f"-artifact_prefix={KEPT}/",
        f"-dict={KEPT}/words.dict",
    ]
    corpus = make_corpus()
    aim = [f"-max_total_time={what}", "-print_final_stats=1", str(corpus)] if what.isdigit() else [what]
    atheris.Setup([sys.argv[0], *limits, *aim], run_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1])
