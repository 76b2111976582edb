"""Decides about machines with DuckDB and Polars: machines.py FOLDER FORM.

Reads machines.csv and rows.csv of the folder into memory, decides which row each machine takes, the first of those that
apply, and prints the seconds of that alone. The answers are written beside, as four bytes a machine, for comparison.
"""

import os
import struct
import sys
import time
from pathlib import Path

THREADS = os.cpu_count() or 1
os.environ["POLARS_MAX_THREADS"] = str(THREADS)

import duckdb  # noqa: E402
import polars as pl  # noqa: E402

EQUAL = {"equality": ["model", "site"], "numbers": [], "dates": [], "mixed": ["model"]}
WITHIN = {"equality": [], "numbers": ["cents", "pages"], "dates": ["made", "served"], "mixed": ["cents", "made"]}


def told(name, seconds, folder, answers):
    Path(folder, name + ".answers").write_bytes(struct.pack(f"<{len(answers)}I", *answers))
    print(f"{name}\t{seconds}")


def by_duckdb(folder, form):
    data = duckdb.connect(config={"threads": THREADS})
    data.execute(f"create table machines as select * from read_csv('{folder}/machines.csv')")
    data.execute(f"create table rows as select * from read_csv('{folder}/rows.csv')")
    holds = [f"m.{name} = r.{name}" for name in EQUAL[form]]
    holds += [f"m.{name} >= r.{name}_from and m.{name} < r.{name}_below" for name in WITHIN[form]]
    query = f"""create table answers as select m.machine, min(r.row) as row
        from machines m join rows r on {' and '.join(holds)} group by m.machine"""
    start = time.perf_counter()
    data.execute(query)
    seconds = time.perf_counter() - start
    answers = data.execute("""select coalesce(a.row, 0) from machines m left join answers a using (machine)
        order by m.machine""").fetchall()
    told("duckdb", seconds, folder, [row for row, in answers])


def by_polars(folder, form):
    machines, rows = pl.read_csv(f"{folder}/machines.csv"), pl.read_csv(f"{folder}/rows.csv")
    within = [pl.col(name) >= pl.col(f"{name}_from") for name in WITHIN[form]]
    within += [pl.col(name) < pl.col(f"{name}_below") for name in WITHIN[form]]
    start = time.perf_counter()
    if EQUAL[form]:
        found = machines.lazy().join(rows.lazy(), on=EQUAL[form])
        found = found.filter(*within) if within else found
    else:
        found = machines.lazy().join_where(rows.lazy(), *within)
    found = found.group_by("machine").agg(pl.col("row").min()).collect()
    seconds = time.perf_counter() - start
    answers = machines.select("machine").join(found, on="machine", how="left").sort("machine")
    told("polars", seconds, folder, answers["row"].fill_null(0).to_list())


by_duckdb(sys.argv[1], sys.argv[2])
by_polars(sys.argv[1], sys.argv[2])
