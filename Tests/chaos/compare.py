"""Compares a controller's ledger with the office's database: compare.py LEDGER FOLDER-OF-DEPLOY-UP.

Each id of each stream must be there once; each run that is over and each line of the audit must be equal to the bit, and so must the sum
of the water."""

import json
import math
import sqlite3
import sys

import psycopg2

ledger = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
office = psycopg2.connect(f"host={sys.argv[2]} dbname=tidegate user=owner")
wrongs = []


def asked(sql):
    with office.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def told(stream):
    return [json.loads(data) for (data,) in asked(f"select data::text from rows where stream = '{stream}' order by id")]


def same(what, here, there):
    print(f"{what}: {len(here)} in the ledger, {len(there)} in the database" if isinstance(here, list) else f"{what}: {here}, {there}")
    if here != there:
        wrongs.append(what)


given_up = asked("select coalesce(sum(missing), 0) from gaps")[0][0]
for stream, head in ledger.execute("select name, head from streams where name <> 'state' order by name"):
    count, most = asked(f"select count(*), coalesce(max(id), 0) from rows where stream = '{stream}'")[0]
    print(f"{stream}: ids up to {head}, {count} rows in the database")
    if not (count <= head and most <= head and count + given_up >= head):
        wrongs.append(stream)

runs = ledger.execute("select id, zone, started, watered / 1000.0, litres, ended from runs where ended is not null").fetchall()
ends = [int(at) for (at,) in asked("select extract(epoch from at) * 1000 from rows where stream = 'runs' order by id")]
stored = [(run["run"], run["zone"], run["started_ms"], run["watered_s"], run["litres"], end) for run, end in zip(told("runs"), ends)]
same("runs", sorted(map(repr, runs)), sorted(map(repr, stored)))
same("audit", ledger.execute("select sequence, lower(hex(hash)) from audit order by sequence").fetchall(),
     sorted((line["sequence"], line["hash"]) for line in told("audit")))
same("litres", math.fsum(run[4] for run in runs), math.fsum(litres for (litres,) in asked("select litres from runs")))
if not any(run[4] > 0 for run in runs):
    wrongs.append("nothing was watered")
same("set aside", 0, asked("select count(*) from set_aside")[0][0])
if len({store for (store,) in asked("select store from stores")}) != 1:
    wrongs.append("the ledger was begun anew")
print("WRONG: " + ", ".join(wrongs) if wrongs else "every row is there once, equal to the bit")
sys.exit(bool(wrongs))
