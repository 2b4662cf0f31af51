"""Tables: CSV, TSV and Parquet as a data set with variables, described by the metadata beside them.

>>> text = row_text([("material", "copper", ""), ("density", "8.96", "g/cm3")])
>>> text
'material: copper; density: 8.96 g/cm3'
>>> [(title, text[start:end]) for title, start, end in row_fields(text)]
[('material', 'copper'), ('density', '8.96 g/cm3')]
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from extractors.columns import units
from extractors.readers import croissant, csvw, frictionless
from extractors.readers.base import MAX_TABLE_BYTES, Draft, Reader, SourceFile, clean
from extractors.readers.bibliography import disciplines_of, language_code, own_disciplines
from extractors.readers.columns import Column
from extractors.readers.table_metadata import MISSING, ColumnMetadata, TableMetadata, metadata
from kg.batch import SourceBatch
from kg.ids import dataset_id
from kg.model import Dataset

MAX_ROWS_READ = 2000
"""A table with more rows than this gets no passage for each row."""
MAX_COLUMNS = 2000
"""Most columns that are read."""
MAX_UNPACKED = 4 * 2**30
"""Most bytes that a Parquet file may unpack to."""
PARQUET = (".parquet", ".pq")

_BLOCK = 8 * 2**20
_DELIMITERS = (",", "\t", ";", "|")
_ROW_ERROR = re.compile(r"Row #(\d+): Expected (\d+) columns, got (\d+)")
_FIELD = re.compile(r"(?:^|; )([^;]*?): ([^;]*)")


def row_text(fields: Iterable[tuple[str, str, str]]) -> str:
    """One row as text, from (column title, value, unit); no title or value may hold the marks between them."""
    parts = []
    for title, value, unit in fields:
        parts.append(
            f"{field_title(title)}: {clean(value).replace(';', ',')} {units.readable(unit)}".rstrip()
        )
    return "; ".join(parts)


def field_title(title: str) -> str:
    """A column's title as it stands in the text of a row."""
    return clean(title).replace(";", ",").replace(": ", " ").rstrip(":")


def row_fields(text: str) -> list[tuple[str, int, int]]:
    """Title, start and end of the value (with its unit) of each column in the text of a row passage."""
    return [(found[1], *found.span(2)) for found in _FIELD.finditer(text)]


def read(file: SourceFile) -> SourceBatch:
    """Read one table.

    Raises:
        UnreadableSource: If it is not a table, or not the one its metadata declares.
    """
    declared = metadata(file.path, (frictionless.describe, croissant.describe, csvw.describe))
    draft = Draft(file, language=language_code(declared.language) if declared else "")
    missing = declared.missing if declared else MISSING
    delimiter = declared.delimiter if declared else ""
    header, chunks = _parquet(file) if file.suffix in PARQUET else _csv(file, delimiter)
    columns = _columns(file, draft, header, declared)
    keys: dict[tuple[str | None, ...], int] = {}
    key = [
        header.index(name) for name in (declared.primary_key if declared else ()) if name in header
    ]
    small: list[list[pa.StringArray]] = []
    rows = 0
    for chunk in chunks:
        cells = [_without_missing(c, missing) for c in chunk]
        for column, values in zip(columns, cells, strict=True):
            column.update(values, rows + 2)
        if key:
            _check_key(file, declared, header, [cells[i] for i in key], key, keys, rows + 2)
        rows += len(cells[0])
        if rows <= MAX_ROWS_READ:
            small.append(cells)
        else:
            small.clear()
    if not rows:
        draft.warn("has a header but no rows")
    _fill(draft, file, declared, columns, rows, small)
    if not key and declared and declared.primary_key:
        raise file.refuse(
            f"lacks the key column {declared.primary_key[0]!r} that {declared.file} declares; "
            "add it or correct the declaration"
        )
    return draft.batch(
        READER,
        media_type=_media_type(file.suffix),
        licence=next(iter(draft.datasets.values())).licence,
    )


def _media_type(suffix: str) -> str:
    if suffix in PARQUET:
        return "application/vnd.apache.parquet"
    return "text/tab-separated-values" if suffix in (".tsv", ".tab") else READER.media_type


# --------------------------------------------------------------------------- cells


def _csv(file: SourceFile, delimiter: str) -> tuple[list[str], Iterator[list[pa.StringArray]]]:
    content = _utf8(file)
    head = content[: 2**20].decode("utf-8", "ignore")
    delimiter = delimiter or ("\t" if file.suffix in (".tsv", ".tab") else _delimiter(head))
    try:
        names = next(
            (row for row in csv.reader(head.splitlines(True), delimiter=delimiter) if row), []
        )
    except (csv.Error, TypeError) as error:
        raise file.refuse(
            f"has a header that cannot be read ({error}); save it as plain CSV"
        ) from None
    header = _header(file, [clean(name) for name in names])

    def chunks() -> Iterator[list[pa.StringArray]]:
        options = {
            "read_options": pyarrow.csv.ReadOptions(use_threads=False, block_size=_BLOCK),
            "parse_options": pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            "convert_options": pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        }
        try:
            for batch in pyarrow.csv.open_csv(pa.BufferReader(content), **options):
                if batch.num_rows:
                    yield [pc.utf8_trim_whitespace(column) for column in batch.columns]
        except pa.ArrowInvalid as error:
            if "Empty CSV" in str(error):
                return
            raise file.refuse(_row_error(str(error))) from None

    return header, chunks()


def _row_error(said: str) -> str:
    if found := _ROW_ERROR.search(said):
        return (
            f"has {found[3]} cells in row {found[1]} but {found[2]} columns in its header; "
            "put quotes around a cell that holds the delimiter, or mend the row"
        )
    reason = " ".join(said.split())[:120]
    return f"cannot be read as CSV ({reason}); look for a quotation mark that is never closed"


def _utf8(file: SourceFile) -> bytes:
    """The content without a byte order mark, known to be UTF-8 text."""
    content = file.content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        what = "UTF-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "binary data"
        raise file.refuse(f"is {what} where UTF-8 text was expected; save it as CSV in UTF-8")
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    start = 0
    while start < len(content):
        newline = content.find(b"\n", start + _BLOCK)
        end = newline + 1 if newline >= 0 else len(content)
        try:
            content[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            at = start + error.start + len(file.content) - len(content)
            raise file.refuse(
                f"is not UTF-8 (byte 0x{file.content[at]:02x} at offset {at}); "
                "convert it to UTF-8, for example with iconv"
            ) from None
        start = end
    return content


def _delimiter(head: str) -> str:
    """The delimiter that splits the first lines most evenly into most cells."""
    lines = head.splitlines(True)[:20]

    def evenness(delimiter: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        width = widths[0] if widths else 0
        return (sum(w == width for w in widths), width) if width > 1 else (0, 0)

    return max(_DELIMITERS, key=evenness)


def _parquet(file: SourceFile) -> tuple[list[str], Iterator[list[pa.StringArray]]]:
    try:
        table = pyarrow.parquet.ParquetFile(pa.BufferReader(file.content))
        names = list(table.schema_arrow.names)
        unpacked = sum(
            table.metadata.row_group(i).total_byte_size for i in range(table.num_row_groups)
        )
    except (pa.ArrowException, OSError) as error:
        said = " ".join(str(error).split())[:100]
        raise file.refuse(
            f"is not a Parquet file that can be read ({said}); export it again"
        ) from None
    if unpacked > MAX_UNPACKED:
        raise file.refuse(
            f"unpacks to {unpacked / 2**30:.1f} GB, and Parquet is read up to "
            f"{MAX_UNPACKED / 2**30:.0f} GB; split it into smaller files"
        )
    header = _header(file, [clean(name) for name in names])

    def chunks() -> Iterator[list[pa.StringArray]]:
        try:
            for batch in table.iter_batches(batch_size=8192, use_threads=False):
                yield [_as_text(column) for column in batch.columns]
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            said = " ".join(str(error).split())[:100]
            raise file.refuse(f"is a damaged Parquet file ({said}); export it again") from None

    return header, chunks()


def _as_text(column: pa.Array) -> pa.StringArray:
    try:
        text = pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # lists, structures, bytes
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())
    text.validate(full=True)  # a Parquet file may call anything UTF-8
    return text


def _header(file: SourceFile, names: list[str]) -> list[str]:
    if not names:
        raise file.refuse("has no header; name the columns in its first row")
    if len(names) > MAX_COLUMNS:
        raise file.refuse(
            f"has {len(names):,} columns, and at most {MAX_COLUMNS:,} are read; turn it into a long table"
        )
    if all(re.fullmatch(r"[+-]?[\d.]+(?:e[+-]?\d+)?", name) for name in names):
        raise file.refuse(
            f"has numbers where column names were expected (row 1 begins with {names[0]!r}); "
            "name the columns in its first row"
        )
    for number, name in enumerate(names, 1):
        if name and name in names[: number - 1]:
            raise file.refuse(
                f"names two columns {name!r} (columns {names.index(name) + 1} and {number}); rename one"
            )
    return [name or f"column_{number}" for number, name in enumerate(names, 1)]


def _without_missing(cells: pa.StringArray, missing: tuple[str, ...]) -> pa.StringArray:
    absent = pc.is_in(cells, value_set=pa.array(missing, pa.string()))
    return pc.if_else(absent, pa.scalar(None, pa.string()), cells)


# --------------------------------------------------------------------------- metadata


def _columns(
    file: SourceFile, draft: Draft, header: list[str], declared: TableMetadata | None
) -> list[Column]:
    by_name = {c.name: c for c in declared.columns} if declared else {}
    where = declared.file if declared else ""
    for name in by_name:
        if name not in header:
            raise file.refuse(
                f"has no column {name!r}, which {where} declares (its columns are "
                f"{', '.join(header[:8])}{', …' if len(header) > 8 else ''}); "
                "add the column or correct the declaration"
            )
    columns = []
    for position, name in enumerate(header, 1):
        known = by_name.get(name)
        if known is None:
            if by_name:
                draft.warn(
                    f"has a column {name!r} (number {position}) that {where} does not declare"
                )
            known = ColumnMetadata(name=name)
        columns.append(Column(file, position, known, where))
    return columns


def _check_key(
    file: SourceFile,
    declared: TableMetadata | None,
    header: list[str],
    cells: list[pa.StringArray],
    positions: list[int],
    keys: dict[tuple[str | None, ...], int],
    row: int,
) -> None:
    for at, value in enumerate(zip(*(c.to_pylist() for c in cells), strict=True)):
        first = keys.setdefault(value, row + at)
        if first != row + at or None in value:
            where = declared.file if declared else ""
            found = f"{', '.join(map(repr, value))}, which stands in row {first} already"
            if None in value:
                found = "no value"
            raise file.refuse(
                f"has {found}, in row {row + at}, column {positions[0] + 1} "
                f"({header[positions[0]]!r}), where {where} declares a primary key; "
                "correct the cell or the declaration"
            )


def _fill(
    draft: Draft,
    file: SourceFile,
    declared: TableMetadata | None,
    columns: list[Column],
    rows: int,
    small: list[list[pa.StringArray]],
) -> None:
    d = declared or TableMetadata(file="")
    name = d.name or file.path.stem
    id = dataset_id(
        doi=d.doi,
        url=d.url,
        name=d.name or f"{file.path.parent.name}/{file.path.stem}",
        version=d.version,
    )
    title = clean(d.title or name.replace("_", " "))
    draft.datasets[id] = Dataset(
        id=id,
        name=name,
        title=title,
        description=clean(d.description),
        licence=d.licence,
        version=d.version,
        year=d.year,
        rows=rows
        if d.tables <= 1
        else None,  # a data set of several tables has no one number of rows
        format="parquet" if file.suffix in PARQUET else file.suffix.lstrip("."),
        disciplines=own_disciplines(file.path) or disciplines_of(d.keywords),
    )
    table = d.table or file.path.stem
    titles: set[str] = set()
    for column in columns:
        variable, profile = column.variable(id, table)
        if variable.title in titles:  # "temp (C)" and "temp (K)": only the header tells them apart
            variable = replace(variable, title=variable.name)
        titles.add(variable.title)
        draft.variables.append(variable)
        for conflict in profile.conflicts:
            draft.warn(
                f"has a column {variable.name[:60]!r} (number {column.position}): {conflict}"
            )
    add = draft.passages.add
    full = f"{title}: {d.table_title}" if d.table_title and d.tables > 1 else title
    add(full, kind="title", section="title", dataset=id)
    add(f"{d.description} {d.table_description if d.tables > 1 else ''}",
        kind="abstract", section="abstract", dataset=id)  # fmt: skip
    for variable in draft.variables:
        about = (
            f"{variable.title}: {variable.description}" if variable.description else variable.title
        )
        add(about, section="data", dataset=id)
    for cells in small:
        for values in zip(*(c.to_pylist() for c in cells), strict=True):
            fields = [
                (v.title, value, v.unit)
                for v, value in zip(draft.variables, values, strict=True)
                if value is not None
            ]
            add(row_text(fields), kind="table", section="data", dataset=id)


READER = Reader(
    name="tables",
    version="2",
    suffixes=(".csv", ".tsv", ".tab", *PARQUET),
    media_type="text/csv",
    sniff=lambda file: True,
    read=read,
    max_bytes=MAX_TABLE_BYTES,
)
