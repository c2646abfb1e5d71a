"""How fast a roster goes in: a CSV file of made-up members, every check on, beside the bare load of the same rows.

python benchmarks/import_members.py [--rows 1000000] [--unions 2000] [--on sqlite postgresql]

Each part runs in a process of its own on a fresh database: the import (its peak memory is that process and the
largest of its children), then two floors with the very rows the import wrote: into the register's own tables with
their indexes, and into bare tables without any. PostgreSQL is the throw-away server of scripts/postgres.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TODAY = date(2024, 6, 1)
PARTS = ("import", "again", "floor")


def start():
    """Django on the database of the environment, with its tables made."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.site.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    if not Path(settings.KEYS_FILE).exists():
        from unionhall.kernel.secrets import create_keys

        create_keys(Path(settings.KEYS_FILE))
    call_command("migrate", verbosity=0)


def tree(count):
    """A city with districts and `count` grassroots unions."""
    from unionhall.kernel import guard, units
    from unionhall.kernel.models import Unit
    from unionhall.unions.models import Union

    begin = date(2000, 1, 1)
    with guard.begin():
        city = units.place(Unit(name="济南市总工会", kind="federation"), parent=None, since=begin)
        districts = [
            units.place(Unit(name=f"第{n}区总工会", kind="federation"), parent=city, since=begin)
            for n in range(12)
        ]
        for n in range(count):
            unit = units.place(
                Unit(name=f"第{n}号企业工会", kind="single"), parent=districts[n % 12], since=begin
            )
            Union(unit=unit, kind="single", level="grassroots", token=f"t{n}", since=begin).save()
    return city


def write_csv(path, rows, unions):
    """A roster of made-up people as a clerk would hand it in."""
    import numpy as np
    import polars as pl

    from unionhall.people.demo.columns import make_people

    people = make_people(rows, seed=1, regions=["370102", "370103", "370104", "370105"], born=(1964, 2004))
    random = np.random.default_rng(1)
    union = pl.Series([f"第{n}号企业工会" for n in range(unions)]).gather(random.integers(0, unions, rows))
    joined = pl.Series(random.integers(0, 1000, rows).astype("int32"))
    people.select(
        pl.col("name").alias("姓名"),
        pl.lit("居民身份证").alias("证件类型"),
        pl.col("number").alias("证件号码"),
        pl.when(pl.col("sex") == "1").then(pl.lit("男")).otherwise(pl.lit("女")).alias("性别"),
        pl.col("birth").alias("出生日期"),
        pl.col("phone").alias("手机号码"),
        union.alias("工会名称"),
        pl.Series(random.choice(["是", "否"], rows)).alias("是否农民工"),
        pl.col("education").alias("学历"),
        pl.col("household_region").alias("户籍地区划代码"),
        (pl.lit(date(2021, 1, 1)) + pl.duration(days=joined)).alias("入会日期"),
    ).write_csv(path)


def peak():
    """Peak memory of this process and of its largest child, in MB."""
    own, child = (
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return round(own / 1024), round(child / 1024)


def bring(path, folder, city, *, keep):
    """Import the file as the command line does; seconds of each step."""
    from unionhall.kernel import loading
    from unionhall.kernel.importing import runs
    from unionhall.kernel.importing.declared import Policy, Scope
    from unionhall.kernel.models import RunState
    from unionhall.kernel.writing import Actor
    from unionhall.membership.actions import roster
    from unionhall.membership.imports.roster import SHEET

    steps, begun, used = [], time.perf_counter(), time.process_time()

    def tell(step, _done, _total):
        steps.append((str(step), time.perf_counter()))

    def noted(model, frame):
        tell(f"load {model.__name__}", 0, 0)
        if keep and frame.height:
            frame.write_parquet(folder / f"{model.__name__}.parquet", compression="uncompressed")
        steps.append(("(kept)", time.perf_counter()))
        return loading.load(model, frame)

    roster.load = noted
    actor = Actor.machine(city)
    run = runs.take(
        actor, sheet=SHEET.code, unit=city, file_name=path.name, folder="bench", digest="", on=TODAY
    )
    tell("read", 0, 0)
    plan = runs.checked(SHEET, path, Scope(city, TODAY), tell)
    run = runs.note_check(actor, run=run, state=RunState.CHECKED, counts=plan.counts)
    tell("apply", 0, 0)
    run = runs.apply(actor, SHEET, run, policy=Policy.ALL, on=TODAY, plan=plan)
    steps.append(("end", time.perf_counter()))
    aside = sum(after[1] - at[1] for at, after in pairwise(steps) if after[0] == "(kept)")
    seconds = time.perf_counter() - begun - aside
    spent = time.process_time() - used
    shown = {name: round(after - at, 2) for (name, at), (_next, after) in pairwise(steps)}
    return {"seconds": seconds, "steps": shown, "counts": run.counts, "processor": round(spent, 1)}


def floor(folder, *, bare):
    """Seconds to write the same rows with no check at all, in one transaction."""
    import polars as pl
    from django.db import connection, transaction

    from unionhall.kernel.loading import _write
    from unionhall.membership.models import Membership
    from unionhall.people.models import Person

    frames = []
    for model in (Person, Membership):
        frame = pl.read_parquet(folder / f"{model.__name__}.parquet")
        key = pl.int_range(1, frame.height + 1, dtype=pl.Int64).alias("id")
        frames.append((model, frame.with_columns(key, pl.lit(1, pl.Int64).alias("act"))))
    with connection.cursor() as cursor:
        for model, _frame in frames if bare else []:
            cursor.execute(
                f"CREATE TABLE bare_{model.__name__} AS SELECT * FROM {model._meta.db_table} WHERE 1=0"
            )
    begun = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for model, frame in frames:
            _write(cursor, f"bare_{model.__name__}".lower() if bare else model._meta.db_table, frame)
    return time.perf_counter() - begun


def part(options):
    """One part, in a process of its own; prints what it found as JSON."""
    folder = Path(options.folder)
    start()
    city = tree(options.unions)
    if options.part == "floor":
        bare = floor(folder, bare=True)
        found = {"seconds": floor(folder, bare=False), "bare": bare}
    else:
        found = bring(folder / "roster.csv", folder, city, keep=True)
        found["memory"] = peak()
        if options.part == "again":
            found = {**bring(folder / "roster.csv", folder, city, keep=False), "memory": peak()}
    print(json.dumps(found))


def measure(kind, folder, options):
    """Every part on one kind of database."""
    found = {}
    for name in options.parts:
        with tempfile.TemporaryDirectory() as home:
            words = [sys.executable, __file__, "--part", name, "--folder", str(folder)]
            words += ["--rows", str(options.rows), "--unions", str(options.unions)]
            if kind == "postgresql":
                words = [str(ROOT / "scripts" / "postgres"), "--", *words]
            environment = {**os.environ, "UNIONHALL_HOME": home, "DATABASE_URL": "", "UNIONHALL_DEBUG": ""}
            environment.pop("DATABASE_URL")
            output = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
            found[name] = json.loads(output.stdout.strip().splitlines()[-1])
    return found


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--unions", type=int, default=2_000)
    parser.add_argument("--on", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--parts", nargs="+", default=["import", "floor"], choices=PARTS)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--folder")
    options = parser.parse_args()
    if options.part:
        part(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "unionhall.site.settings"
        write_csv(Path(folder) / "roster.csv", options.rows, options.unions)
        size = (Path(folder) / "roster.csv").stat().st_size / 1024**2
        print(
            f"{options.rows:,} rows, {options.unions:,} unions, {size:.0f} MB of CSV, {os.cpu_count()} processors"
        )
        print(
            "| database | import | rows/s | floor, indexed | floor, bare | ratio to indexed | peak memory |"
        )
        print("|---|---:|---:|---:|---:|---:|---:|")
        for kind in options.on:
            found = measure(kind, Path(folder), options)
            for name in ("import", "again"):
                if name not in found:
                    continue
                one, low = found[name], found.get("floor", {"seconds": 0, "bare": 0})
                seconds = one["seconds"]
                ratio = seconds / low["seconds"] if low["seconds"] else 0
                own, child = one["memory"]
                print(
                    f"| {kind}{' (again)' if name == 'again' else ''} | {seconds:.1f} s "
                    f"| {options.rows / seconds:,.0f} | {low['seconds']:.1f} s | {low['bare']:.1f} s "
                    f"| {ratio:.2f} | {own} + {child} MB |"
                )
                print(
                    f"<!-- processor {one['processor']} s, load {os.getloadavg()} {one['steps']} {one['counts']} -->",
                    flush=True,
                )


if __name__ == "__main__":
    main()
