"""A table as an Apache Parquet file: plain encoding, one row group, no compression.

The format is written down in https://parquet.apache.org/docs/file-format/ and parquet.thrift. The
libraries that write it take 50 MB (pyarrow), or pandas (fastparquet), for what a hundred lines do.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence

MAGIC = b"PAR1"
INT64, DOUBLE, BYTE_ARRAY = 2, 5, 6  # parquet.thrift, enum Type
REQUIRED, PLAIN, RLE, UNCOMPRESSED, DATA_PAGE, UTF8 = 0, 0, 3, 0, 0, 0
# Thrift's compact protocol: the codes of the kinds of field that are used here.
I32_CODE, I64_CODE, BINARY_CODE, LIST_CODE, STRUCT_CODE = 5, 6, 8, 9, 12
Column = Sequence[int] | Sequence[float] | Sequence[str]


def parquet(columns: Mapping[str, Column]) -> bytes:
    """The file. A column is all whole numbers (64 bits), all text, or else decimal numbers."""
    rows = len(next(iter(columns.values()), ()))
    file, chunks = bytearray(MAGIC), []
    for name, values in columns.items():
        kind = kind_of(values)
        page = WRITE[kind](values)
        header = page_header(rows, len(page))
        start = len(file)
        file += header + page
        chunks.append((name, kind, start, len(header) + len(page)))
    footer = file_metadata(rows, chunks)
    return bytes(file + footer + struct.pack("<I", len(footer)) + MAGIC)


def kind_of(values: Column) -> int:
    if all(isinstance(value, str) for value in values):
        return BYTE_ARRAY
    return INT64 if all(isinstance(value, int) for value in values) else DOUBLE


def texts(values: Iterable[str]) -> bytes:
    encoded = [value.encode() for value in values]
    return b"".join(struct.pack("<I", len(text)) + text for text in encoded)


WRITE: dict[int, Callable[..., bytes]] = {
    INT64: lambda values: struct.pack(f"<{len(values)}q", *values),
    DOUBLE: lambda values: struct.pack(f"<{len(values)}d", *values),
    BYTE_ARRAY: texts,
}


def page_header(rows: int, size: int) -> bytes:
    data_page = struct_of((1, i32(rows)), (2, i32(PLAIN)), (3, i32(RLE)), (4, i32(RLE)))
    return struct_of(
        (1, i32(DATA_PAGE)), (2, i32(size)), (3, i32(size)), (5, (STRUCT_CODE, data_page))
    )


def file_metadata(rows: int, chunks: Sequence[tuple[str, int, int, int]]) -> bytes:
    schema = [struct_of((4, text("measures")), (5, i32(len(chunks))))]
    schema += [schema_element(name, kind) for name, kind, _, _ in chunks]
    columns = [column_chunk(rows, *chunk) for chunk in chunks]
    size = sum(chunk[3] for chunk in chunks)
    group = struct_of((1, list_of(STRUCT_CODE, columns)), (2, i64(size)), (3, i64(rows)))
    return struct_of(
        (1, i32(1)),
        (2, list_of(STRUCT_CODE, schema)),
        (3, i64(rows)),
        (4, list_of(STRUCT_CODE, [group])),
        (6, text("Taakplein")),
    )


def schema_element(name: str, kind: int) -> bytes:
    fields = [(1, i32(kind)), (3, i32(REQUIRED)), (4, text(name))]
    if kind == BYTE_ARRAY:
        fields.append((6, i32(UTF8)))
    return struct_of(*fields)


def column_chunk(rows: int, name: str, kind: int, start: int, size: int) -> bytes:
    metadata = struct_of(
        (1, i32(kind)),
        (2, list_of(I32_CODE, [zigzag(PLAIN)])),
        (3, list_of(BINARY_CODE, [text(name)[1]])),
        (4, i32(UNCOMPRESSED)),
        (5, i64(rows)),
        (6, i64(size)),
        (7, i64(size)),
        (9, i64(start)),
    )
    return struct_of((2, i64(start)), (3, (STRUCT_CODE, metadata)))


# --- Thrift's compact protocol --------------------------------------------------------------------
Value = tuple[int, bytes]  # the code of its kind, and its bytes


def struct_of(*fields: tuple[int, Value]) -> bytes:
    """Fields in rising order of their number, each as a step from the one before."""
    written, before = bytearray(), 0
    for number, (code, value) in fields:
        written += bytes([(number - before) << 4 | code]) + value
        before = number
    return bytes(written) + b"\0"


def list_of(code: int, items: Sequence[bytes]) -> Value:
    count = len(items)
    head = bytes([count << 4 | code]) if count < 15 else bytes([0xF0 | code]) + varint(count)
    return LIST_CODE, head + b"".join(items)


def i32(value: int) -> Value:
    return I32_CODE, zigzag(value)


def i64(value: int) -> Value:
    return I64_CODE, zigzag(value)


def text(value: str) -> Value:
    encoded = value.encode()
    return BINARY_CODE, varint(len(encoded)) + encoded


def zigzag(value: int) -> bytes:
    return varint(value << 1 if value >= 0 else (-value << 1) - 1)


def varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])
