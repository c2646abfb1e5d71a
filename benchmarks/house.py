"""What benchmarks share: Django on a demo of a report, built here when the database is empty."""

import os
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
MEBIBYTE = 1024


def start(report="jinan2018", scale="full"):
    """Django on the database of the environment; its demo is built when there is none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unionhall.site.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    if not Path(settings.KEYS_FILE).exists():
        call_command("keys", "create")
    call_command("migrate", verbosity=0)
    from unionhall.kernel.models import Unit

    if Unit.objects.exists():
        return
    began = time.perf_counter()
    call_command("demo", report=report, scale=scale, stdout=sys.stderr)
    print(f"built {report} at {scale}: {time.perf_counter() - began:.0f} s, peak {peak():.0f} MiB")
    analyse()


def analyse():
    """Let the database look at what it holds, as it does by itself in the course of a day."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def peak():
    """The most memory this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE


def seconds(work):
    """The result of some work and how long it took."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began
