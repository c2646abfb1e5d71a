"""`unionhall serve`: the web server and the worker of background tasks, until Ctrl-C."""

import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand

STOP_SECONDS, LOOK_SECONDS, FOLLOW_SECONDS = 10, 0.2, 2
COMMAND = (sys.executable, "-m", "unionhall.site.command")


class Command(BaseCommand):
    """Serve the house: gunicorn, and beside it the worker that does imports and other long work."""

    help = "Serve Unionhall with gunicorn and run background tasks, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where, and how many at a time."""
        parser.add_argument("--bind", default="127.0.0.1:8000", help="address and port")
        parser.add_argument("--processes", type=int, default=2)
        parser.add_argument("--threads", type=int, default=4, help="of each process")

    def handle(self, *_args: Any, bind: str, processes: int, threads: int, **_options: Any) -> None:
        """Start both, and stop both when one ends or somebody stops them."""
        web = (
            sys.executable, "-m", "gunicorn", "unionhall.site.wsgi:application",
            f"--bind={bind}", f"--workers={processes}", f"--threads={threads}", "--log-level=warning",
        )  # fmt: skip
        for one in (
            signal.SIGINT,
            signal.SIGTERM,
        ):  # a shell that starts it in the background has it ignore SIGINT
            signal.signal(one, _interrupt)
        jobs = (*COMMAND, "db_worker", "--no-startup-delay")
        sys.exit(run_together(web, jobs, (*COMMAND, "follow", f"--every={FOLLOW_SECONDS}")))


def run_together(*commands: Sequence[str]) -> int:
    """Run commands side by side until one ends or Ctrl-C; stop the others. Returns the code of the one that ended."""
    running: list[subprocess.Popen[bytes]] = []
    code: int | None = None
    try:
        # Sessions of their own: Ctrl-C reaches this process alone, which stops each of them once.
        running += [subprocess.Popen(command, start_new_session=True) for command in commands]  # noqa: S603
        while code is None:
            time.sleep(LOOK_SECONDS)
            code = next((child.returncode for child in running if child.poll() is not None), None)
    except KeyboardInterrupt:
        code = 0
    finally:
        for child in running:
            child.terminate()
        for child in running:
            _wait(child)
    return code


def _wait(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
