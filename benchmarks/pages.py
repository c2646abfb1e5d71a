"""How long pages take at the server, and how many queries they make, at the size of a published federation.

python benchmarks/pages.py [--report jinan2018] [--scale full] [--times 7]

The database of DATABASE_URL holds a demo, or an empty one is filled. Pages are asked for with Django's test client,
so that everything but the network is in the number. Each is asked for once before it is measured; the median counts.
"""

import argparse
import os
import statistics

from house import seconds, start

HOST = {"HTTP_HOST": "127.0.0.1"}


def measured(client, address, times):
    """Median and longest milliseconds, the number of queries, and the status."""
    from django.db import connection

    asked = []

    def noted(execute, sql, parameters, many, context):
        result, taken = seconds(lambda: execute(sql, parameters, many, context))
        asked.append((taken, sql))
        return result

    first, cold = seconds(lambda: client.get(address, **HOST))
    with connection.execute_wrapper(noted):
        client.get(address, **HOST)
    taken = [seconds(lambda: client.get(address, **HOST))[1] for _each in range(times)]
    slowest = max(asked, default=(0, ""))
    return {
        "status": first.status_code,
        "first": cold * 1000,
        "median": statistics.median(taken) * 1000,
        "longest": max(taken) * 1000,
        "queries": len(asked),
        "slowest": {"time": f"{slowest[0]:.3f}", "sql": slowest[1]},
    }


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--report", default="jinan2018")
    options.add_argument("--scale", default="full")
    options.add_argument("--times", type=int, default=7)
    options.add_argument("--explain", action="store_true", help="print the slowest query of each page")
    asked = options.parse_args()
    os.environ["UNIONHALL_DEBUG"] = "1"  # static files without their manifest; nothing else that is measured
    start(asked.report, asked.scale)

    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from unionhall.kernel.indicators.cubes import forget
    from unionhall.kernel.models import User
    from unionhall.membership.models import Membership
    from unionhall.report.demo.plans import PLANS

    settings.DEBUG = False
    year = PLANS[asked.report].day.year

    def signed_in(username):
        client = Client()
        user = User.objects.get(username=username)
        client.force_login(user)
        return client

    members, figures = reverse("membership.member"), reverse("report.figures")
    figure = reverse("report.figure", args=["membership.members"])
    name = Membership.objects.order_by("pk").select_related("person").first().person.name[:2]
    district, leader = signed_in("district"), signed_in("leader")
    pages = (
        ("members of a district", district, members),
        ("members of a district, women, by day", district, f"{members}?sex=2&sort=-since"),
        ("members of a district, women, by union", district, f"{members}?sex=2&sort=unit"),
        ("members of the city", leader, members),
        ("members of the city, women, by day", leader, f"{members}?sex=2&sort=-since"),
        (f"members of a district called {name}", district, f"{members}?q={name}"),
        (f"members of the city called {name}", leader, f"{members}?q={name}"),
        ("members of the city, initials wf", leader, f"{members}?q=wf"),
        ("figures of the city", leader, f"{figures}?year={year}"),
        ("members of the city by unit", leader, f"{figure}?year={year}"),
    )
    forget()
    print(f"{connection.vendor}, {Membership.objects.count():,} memberships")
    print(f"{'page':<44}{'status':>7}{'first':>9}{'median':>9}{'longest':>9}{'queries':>9}")
    for title, client, address in pages:
        got = measured(client, address, asked.times)
        print(
            f"{title:<44}{got['status']:>7}{got['first']:>8.0f} {got['median']:>8.0f} {got['longest']:>8.0f} "
            f"{got['queries']:>8}"
        )
        if asked.explain:
            print(f"    {got['slowest']['time']} s  {got['slowest']['sql'][:1500]}")


if __name__ == "__main__":
    main()
