"""The founding of a union, from a driver's application to the code on the wall."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from unionhall.kernel import guard
from unionhall.kernel.cases import inbox
from unionhall.kernel.indicators.rollup import roll_up
from unionhall.kernel.models import Appointment, LogEntry, Unit, User
from unionhall.kernel.terms import Period, Role
from unionhall.kernel.units import place
from unionhall.kernel.writing import Actor
from unionhall.unions.actions.founding import new_token
from unionhall.unions.indicators.counted import GRASSROOTS_UNIONS
from unionhall.unions.models import Founding, Union

SAID = {
    "name": "道里区货车司机联合工会",
    "kind": "joint",
    "level": "grassroots",
    "parent": "道里区总工会",
    "worker_kind": "truck_driver",
    "workers": 60,
    "members": 40,
    "women": 12,
    "committee_size": 4,
    "years": 3,
    "chair_name": "王芳",
}


@pytest.mark.django_db
def test_a_driver_founds_a_union_and_its_code_hangs_on_the_wall(client):
    # The district federation stands, with a reviewer. A truck driver has an account and no union.
    with guard.begin():
        unit = place(Unit(name="道里区总工会", kind="federation"), parent=None, since=date(2015, 1, 1))
        Union(unit=unit, kind="federation", level="county", since=date(2015, 1, 1), token=new_token()).save()
        reviewer = User.objects.create(username="reviewer", display_name="李强")
        seat = Appointment(user=reviewer, unit=unit, role=Role.REVIEWER, since=date(2015, 1, 1))
        seat.save()
        driver = User.objects.create(username="driver", display_name="王芳")
    backend = settings.AUTHENTICATION_BACKENDS[-1]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    # She applies on her phone. Four seats are an even number: the page says which number is wanted, and why.
    client.force_login(driver, backend=backend)
    refused = client.post(reverse("unions.apply"), SAID)
    assert refused.status_code == 422
    assert "3 to 5 seats, an odd number" in refused.content.decode()
    assert not Founding.objects.exists()

    # With three seats the application goes off, and waits at the district.
    client.post(reverse("unions.apply"), {**SAID, "committee_size": 3})
    founding = Founding.objects.get()
    assert [case.title for case in inbox(Actor.of(seat))] == ["道里区货车司机联合工会"]

    # The reviewer returns it once, with a reason that she reads.
    decide = reverse("unions.founding.sign-founding", args=[founding.pk])
    client.force_login(reviewer, backend=backend)
    client.post(decide, {"verdict": "return", "reason": "会员人数与名册不符"})
    client.force_login(driver, backend=backend)
    assert "会员人数与名册不符" in client.get(reverse("unions.request", args=[founding.pk])).content.decode()

    # She corrects it and hands it in again; now it is approved.
    correct = reverse("unions.request.correct", args=[founding.pk])
    client.post(correct, {**SAID, "committee_size": 3, "members": 41})
    client.force_login(reviewer, backend=backend)
    client.post(decide, {"verdict": "approve"})

    # The union exists: it stands under the district, has its first term, and is counted from this day.
    union = Founding.objects.get().founded
    assert union.unit.parent == unit
    assert union.terms.get().committee_size == 3
    this_year = Period.year(union.since.year)
    assert roll_up(GRASSROOTS_UNIONS, this_year).at(unit.pk).value == 1
    assert roll_up(GRASSROOTS_UNIONS, this_year, {"worker_kind": "new_form"}).at(unit.pk).value == 1

    # Its code is printed; whoever scans it, signed in or not, sees the union.
    assert b"<svg" in client.get(reverse("unions.qr", args=[union.token])).content
    client.logout()
    page = client.get(reverse("unions.public", args=[union.token])).content.decode()
    assert "道里区货车司机联合工会" in page

    # The log tells who did what, in this order.
    told = LogEntry.objects.order_by("number").values_list("action", "user__username")
    assert list(told) == [
        ("unions.founding.apply_to_found", "driver"),
        ("unions.founding.sign_founding", "reviewer"),
        ("unions.founding.correct_founding", "driver"),
        ("unions.founding.sign_founding", "reviewer"),
    ]
