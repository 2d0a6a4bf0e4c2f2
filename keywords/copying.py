"""Many rows at once: ids taken beforehand, rows by COPY, changes by one statement."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection

# What COPY takes: this is faster by half than the driver's own writing of rows.
Cell = str | int | float | None
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
LINES_A_WRITE = 1000


def reserve_ids(table: str, count: int) -> list[int]:
    """Unused ones leave a gap and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(
            # The name is looked up once and not for every row.
            "SELECT nextval(name) FROM generate_series(1, %s),"
            " (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) AS sequence",
            [count, table],
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    constants: Sequence[Cell] = (),
) -> None:
    """Columns that are not named get the database's defaults, not Django's. `constants` are the last
    columns' values, the same in every row."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    tail = "".join(f"\t{write_cell(value)}" for value in constants) + "\n"
    lines = ("\t".join(map(write_cell, row)) + tail for row in rows)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for text in join_lines(lines):
            copy.write(text)


def put_off_text_indexes() -> None:
    """For the rest of the transaction, indexes of the parts of texts note new rows and sort them in
    later: vacuum does it, or the next writer. Many rows at once would wait for it again and again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL gin_pending_list_limit = '64MB'")


def join_lines(lines: Iterator[str]) -> Iterator[str]:
    while text := "".join(islice(lines, LINES_A_WRITE)):
        yield text


def write_cell(value: Cell) -> str:
    if value is None:
        return r"\N"
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)


def write_array(texts: Sequence[str]) -> str:
    """As Postgres reads it."""
    if not texts:
        return "{}"
    quoted = (text.replace("\\", r"\\").replace('"', r"\"") for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"
