"""Every measurement, on SQLite and then on a throw-away PostgreSQL, each database empty and in a home of its own.

python benchmarks [--quick]    --quick: Harbin 2022 at a hundredth and 20,000 rows, to see that all of it runs
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
POSTGRES = str(HERE.parent / "scripts" / "postgres")
COMMAND = (sys.executable, "-m", "unionhall.site.command")


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="small, to see that all of it runs")
    quick = options.parse_args().quick
    size = (
        ["--report", "harbin2022", "--scale", "0.01"]
        if quick
        else ["--report", "jinan2018", "--scale", "full"]
    )
    year = ["--year", "2022" if quick else "2018"]
    rows = ["--rows", "20000", "--unions", "50"] if quick else []
    for before in ((), (POSTGRES, "--")):
        print("PostgreSQL" if before else "SQLite", flush=True)
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "UNIONHALL_HOME": home, "UNIONHALL_DEBUG": "1"}
            environment.pop("DATABASE_URL", None)
            steps = [
                [*COMMAND, "keys", "create"],
                [*COMMAND, "migrate", "--verbosity", "0"],
                [sys.executable, str(HERE / "pages.py"), *size],
                [sys.executable, str(HERE / "rollup.py"), *size, *year],
            ]
            lines = " && ".join(" ".join(f"'{word}'" for word in step) for step in steps)
            subprocess.run([*before, "sh", "-c", lines], env=environment, check=True, cwd=HERE.parent)
    print("The roster", flush=True)
    subprocess.run([sys.executable, str(HERE / "import_members.py"), *rows], check=True, cwd=HERE.parent)


if __name__ == "__main__":
    main()
