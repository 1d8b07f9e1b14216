"""A workbook as Excel writes it (.xlsx, ECMA-376): its sheets, or why it is refused.

It is a zip file of XML parts. Each is read as a stream, and what they unpack to is limited before anything is unpacked.
"""

import posixpath
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import IO, BinaryIO, NamedTuple
from zipfile import ZipFile

from chalicelib.intake.decode import BLOCK
from chalicelib.intake.number_formats import BUILT_IN, GENERAL, NumberFormat, number_text, read_format
from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError
from chalicelib.intake.spool import SpooledTexts
from chalicelib.intake.xml_parts import BROKEN, DAMAGED, elements, shared_strings

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes, as many as a CSV file may have (services/imports/run_import.py)."""
_WORST_RATIO = 200
"""Times that a part may be larger unpacked; sheets of nothing but equal rows come to a fifth of it."""
_SMALL = 1024 * 1024
"""Bytes up to which a part may be as repetitive as it likes."""
_YES = frozenset(("1", "true"))
_AS_XLSX = "Save it as an ordinary workbook (.xlsx) or as CSV, and drop that file."
TOO_LARGE = Refusal(
    RefusalKind.TOO_LARGE,
    f"The workbook is larger than {MOST_UNPACKED // 1024 // 1024} MB when it is unpacked. "
    "Export it in several files, such as one for each month.",
)
_SUSPICIOUS = Refusal(
    RefusalKind.TOO_LARGE,
    f"A part of the workbook is more than {_WORST_RATIO} times as large when it is unpacked, which no export is. "
    "Export it again, or save the sheet as CSV and drop that file.",
)
_WITH_MACROS = f"This is a workbook with macros (.xlsm). {_AS_XLSX}"
_BY_PART = {
    "content.xml": f"This is an OpenDocument file (.ods). {_AS_XLSX}",
    "xl/workbook.bin": f"This is a binary workbook (.xlsb). {_AS_XLSX}",
    "xl/vbaproject.bin": _WITH_MACROS,
}
"""What a zip file with such a part is."""
_IS_ENCRYPTED = 1
_ZIP = "This is a zip file, but not a workbook. Unpack it and drop the file inside."
_ENCRYPTED = "This workbook is encrypted. Save it without a password and drop that file."
_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OLD = f"This is an old Excel workbook (.xls). {_AS_XLSX}"


class Relation(NamedTuple):
    """Another part that a part refers to."""

    kind: str
    part: str


class SheetPart(NamedTuple):
    """A sheet of a workbook."""

    name: str
    part: str
    """The part with its cells."""


class Workbook:
    """An opened workbook. Its sheets' cells refer to its styles and strings."""

    def __init__(self, file: BinaryIO) -> None:
        archive = ZipFile(file)
        self._open = archive.open
        self._infos = {_normal(info.filename): info for info in archive.infolist()}
        self._refuse_others()
        root = next((one.part for one in self._relations("").values() if one.kind == "officeDocument"), "")
        found = list(elements(self.open(root), "workbook", "workbookPr", "calcPr", "sheet")) if root else []
        settings = dict(found)
        if "workbook" not in settings:
            raise _refused(_ZIP)
        self._is_1904 = settings.get("workbookPr", {}).get("date1904") in _YES
        self.is_uncalculated = settings.get("calcPr", {}).get("fullCalcOnLoad") in _YES
        """Whether its writer computed no formula: what is stored as their results are placeholders."""
        relations = self._relations(root)
        self._parts = {one.kind: one.part for one in relations.values()}
        listed = ((said["name"], relations[_relation_of(said)]) for name, said in found if name == "sheet")
        self.sheets = [SheetPart(name, one.part) for name, one in listed if one.kind == "worksheet"]

    def open(self, part: str) -> IO[bytes]:
        """A part as a stream of bytes; raises UnreadableExportError if the file does not have it."""
        try:
            return self._open(self._infos[_normal(part)])
        except BROKEN as error:
            raise UnreadableExportError(DAMAGED) from error

    def shared(self, at: str) -> str:
        """The shared string with this number."""
        return self._strings[int(at)]

    def number(self, stored: str, style: str) -> str:
        """The text of a stored number in a cell of this style."""
        return number_text(stored, self._formats[int(style)], is_1904=self._is_1904)

    @cached_property
    def _strings(self) -> SpooledTexts:
        return SpooledTexts(shared_strings(self.open(self._parts["sharedStrings"])))

    @cached_property
    def _formats(self) -> list[NumberFormat]:
        """The number format of each style of cells."""
        if "styles" not in self._parts:
            return [GENERAL]
        return list(_read_formats(self.open(self._parts["styles"])))

    def _refuse_others(self) -> None:
        infos = self._infos.values()
        if sum(info.file_size for info in infos) > MOST_UNPACKED:
            raise UnreadableExportError(TOO_LARGE)
        if any(info.flag_bits & _IS_ENCRYPTED for info in infos):
            raise _refused(_ENCRYPTED)
        if any(info.file_size > max(_SMALL, _WORST_RATIO * info.compress_size) for info in infos):
            raise UnreadableExportError(_SUSPICIOUS)
        for part, reason in _BY_PART.items():
            if part in self._infos:
                raise _refused(reason)
        if "[content_types].xml" not in self._infos:
            raise _refused(_ZIP)
        types = elements(self.open("[Content_Types].xml"), "Override", "Default")
        if any("macroenabled" in said.get("ContentType", "").casefold() for _, said in types):
            raise _refused(_WITH_MACROS)

    def _relations(self, part: str) -> Mapping[str, Relation]:
        """By their ids."""
        folder, name = posixpath.split(part)
        listed = elements(self.open(f"{folder}/_rels/{name}.rels"), "Relationship")
        return {
            said["Id"]: Relation(said["Type"].rpartition("/")[2], posixpath.join("/", folder, said["Target"]))
            for _, said in listed
        }


def open_workbook(file: BinaryIO) -> Workbook | Refusal:
    """The workbook in `file` (seekable), which begins like a zip file or an old Office document."""
    file.seek(0)
    try:
        return Workbook(file) if file.read(2) == b"PK" else _refuse_compound(file)
    except UnreadableExportError as error:
        return error.refusal
    except BROKEN:
        return DAMAGED


def _refuse_compound(file: BinaryIO) -> Refusal:
    """An old workbook, or one with a password, which Excel wraps into such a file ([MS-OFFCRYPTO] 2.3)."""
    before = b""
    while block := file.read(BLOCK):
        if _PACKAGE in before + block:
            return Refusal(RefusalKind.NOT_CSV, _ENCRYPTED)
        before = block[-len(_PACKAGE) :]
    return Refusal(RefusalKind.NOT_CSV, _OLD)


def _read_formats(styles: IO[bytes]) -> Iterator[NumberFormat]:
    own: dict[int, NumberFormat] = {}
    group = ""
    for name, said in elements(styles, "numFmt", "cellStyleXfs", "cellXfs", "xf"):
        if name == "numFmt":
            own[int(said["numFmtId"])] = read_format(said["formatCode"])
        elif name != "xf":
            group = name
        elif group == "cellXfs":
            number = int(said.get("numFmtId", 0))
            yield own.get(number) or BUILT_IN.get(number, GENERAL)


def _relation_of(sheet: Mapping[str, str]) -> str:
    """The id of a sheet's part: an attribute `id` of another namespace."""
    return next(value for name, value in sheet.items() if name.endswith(":id"))


def _normal(name: str) -> str:
    """A part's name as it is compared: any case, any slash."""
    return posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/").casefold()


def _refused(reason: str) -> UnreadableExportError:
    return UnreadableExportError(Refusal(RefusalKind.NOT_CSV, reason))
