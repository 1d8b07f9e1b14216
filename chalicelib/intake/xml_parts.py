"""The XML inside a workbook, read as a stream: whatever it says, it cannot exhaust the memory or reach outside.

A workbook has no document type; without one there are no entities to expand and nothing to fetch.
"""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile

from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.decode import BLOCK
from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError

Attributes = dict[str, str]
Begin = Callable[[Attributes], object]
End = Callable[[], object]
LONGEST = 128 * 1024
"""Characters of a cell, as in a CSV file; Excel's own limit is 32,767."""
_LONGEST_TAG = 1024 * 1024
_DEEPEST = 1000
DAMAGED = Refusal(
    RefusalKind.NOT_CSV,
    "The workbook is damaged. Open it in Excel or LibreOffice, save it as .xlsx, and drop it once more.",
)
TOO_LONG = Refusal(
    RefusalKind.LINE_TOO_LONG,
    "A cell, a row or the list of merged cells is longer than any export has, so the file is damaged. Export it again.",
)
BROKEN = (
    *(expat.ExpatError, BadZipFile, zlib.error, EOFError),
    *(NotImplementedError, RuntimeError),  # a compression that nobody uses; a password
    *(ValueError, LookupError, StopIteration),  # what should be a number or a reference is none
)
_WITH_TEXT = frozenset("vtf")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Parser:
    """Parses a part a block at a time and calls a function where an element of a name begins or ends."""

    def __init__(self) -> None:
        self.text: str | None = None
        """That of the element that `end_text` has last ended."""
        self.runs: list[str] = []
        """The text of the `t` elements since `take_runs`, without phonetic hints (`rPh`)."""
        self._marks: list[int] = []
        self._pieces: list[str] = []
        self._path: list[str] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_document_type
        self._parser.CharacterDataHandler = self._pieces.append

    def parse(self, part: IO[bytes], begins: Mapping[str, Begin], ends: Mapping[str, End]) -> Iterator[None]:
        """Parse the part, pausing after each block. Names are without the prefix that some writers use.

        Raises:
            UnreadableExportError: it is damaged, or not what a workbook has.
        """
        self._handle(
            {"t": self.begin_text, "rPh": self._begin_hint, **begins},
            {"t": self._end_run, "rPh": self._end_hint, **ends},
        )
        parser, read = self._parser, 0
        try:
            while block := part.read(BLOCK):
                parser.Parse(block)
                read += len(block)
                self._check(read - parser.CurrentByteIndex)
                yield
            parser.Parse(b"", True)
            yield
        except BROKEN as error:
            raise UnreadableExportError(DAMAGED) from error

    def begin_text(self, _: Attributes) -> None:
        """An element whose text matters begins."""
        self._pieces.clear()

    def end_text(self) -> None:
        """It ends."""
        self.text = "".join(self._pieces)

    def take_runs(self) -> str:
        """The text of the runs so far, which are forgotten."""
        text = unescape("".join(self.runs))
        self.runs.clear()
        return text

    def _handle(self, begins: Mapping[str, Begin], ends: Mapping[str, End]) -> None:
        begin_of: Memo[str, Begin | None] = Memo(lambda name: begins.get(_local(name)))
        end_of: Memo[str, End | None] = Memo(lambda name: ends.get(_local(name)))
        push, pop = self._path.append, self._path.pop

        def start(name: str, attributes: Attributes) -> None:
            push(name)
            if begin := begin_of[name]:
                begin(attributes)

        def end(name: str) -> None:
            pop()
            if finish := end_of[name]:
                finish()

        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end

    def _end_run(self) -> None:
        self.end_text()
        self.runs.append(self.text or "")

    def _begin_hint(self, _: Attributes) -> None:
        self._marks.append(len(self.runs))

    def _end_hint(self) -> None:
        del self.runs[self._marks.pop() :]

    def _check(self, pending: int) -> None:
        """Nothing grows without end: a tag with `pending` bytes so far, a text, the open elements."""
        if not (self._path and _local(self._path[-1]) in _WITH_TEXT):
            self._pieces.clear()  # the white space between elements
        text = sum(map(len, self._pieces)) + sum(map(len, self.runs))
        if pending > _LONGEST_TAG or text > LONGEST or len(self._path) > _DEEPEST:
            raise UnreadableExportError(TOO_LONG)


def elements(part: IO[bytes], *names: str) -> Iterator[tuple[str, Attributes]]:
    """The elements with these names and their attributes, in the order in which they begin."""
    found: list[tuple[str, Attributes]] = []

    def keep(name: str, attributes: Attributes) -> None:
        found.append((name, attributes))

    for _ in Parser().parse(part, {name: partial(keep, name) for name in names}, {}):
        yield from found
        found.clear()


def shared_strings(part: IO[bytes]) -> Iterator[str]:
    """The text of each shared string."""
    found: list[str] = []
    parser = Parser()
    for _ in parser.parse(part, {}, {"si": lambda: found.append(parser.take_runs())}):
        yield from found
        found.clear()


def unescape(text: str) -> str:
    """The text with its escaped control characters, as in `_x000D_`."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code < 0xE000 else chr(code)  # noqa: PLR2004 - halves of characters


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_document_type(*_: object) -> None:
    raise UnreadableExportError(DAMAGED)
