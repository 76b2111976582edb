"""Settles with DuckDB, and measures who settles: parquet.py FOLDER write TABLE | query SQL … | run COMMAND …

`write` makes a table of Parquet of events.jsonl. `query` runs the files of SQL on two threads, in the folder. `run` runs a
command there. The last two print the seconds of that alone, how many of them its threads were at work, together, and the
peak memory of the process in kB.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

THREADS = 2
WRITE = """
COPY (
    SELECT id, kind, asset, occurred, recorded, source, fields.pages, fields.grade, corrects
    FROM read_json('events.jsonl', format = 'newline_delimited', columns = {
        id: 'VARCHAR', kind: 'VARCHAR', asset: 'VARCHAR', occurred: 'TIMESTAMPTZ', recorded: 'TIMESTAMPTZ',
        source: 'VARCHAR', fields: 'STRUCT(pages BIGINT, grade VARCHAR)', corrects: 'VARCHAR'
    })
) TO '{table}' (FORMAT parquet)
"""


def worked(usage):
    return usage.ru_utime + usage.ru_stime


def peak():
    """Of this process alone: ru_maxrss begins with what the process that started it had."""
    told = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in told.splitlines() if line.startswith("VmHWM:")))


def query(texts):
    import duckdb

    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    data = duckdb.connect(config={"threads": THREADS})
    for text in texts:
        data.execute(text)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter() - start, worked(after) - worked(before), peak()


def run(command):
    # What the program prints is written too, as the lines of the other side are.
    with open("statements.txt", "wb") as statements:
        start = time.perf_counter()
        done = subprocess.run(command, stdout=statements, env={**os.environ, "RAYON_NUM_THREADS": str(THREADS)})
        seconds = time.perf_counter() - start
    # Rows that were said twice or corrected are findings, with which it ends with 1.
    if done.returncode not in (0, 1):
        sys.exit(f"{command} ended with {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, worked(after), after.ru_maxrss


folder, task, *words = sys.argv[1:]
texts = [Path(word).read_text() for word in words] if task == "query" else []
if task == "write":
    texts = [WRITE.replace("{table}", words[0])]
os.chdir(folder)
print(*(run(words) if task == "run" else query(texts)), sep="\t")
