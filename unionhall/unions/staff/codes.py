"""The QR code of a union: an SVG, and a sheet to print and put up."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from unionhall.kernel.pages.views import guarded
from unionhall.kernel.scope import one
from unionhall.unions.models import Union
from unionhall.unions.staff.unions import READERS

SVG = "http://www.w3.org/2000/svg"


def code(request: HttpRequest, token: str) -> HttpResponse:
    """The code that opens the public page of the union; anybody may see it, as on a wall."""
    union = one(Union.objects.filter(until=None), token=token)
    address = request.build_absolute_uri(reverse("unions.public", args=[union.token]))
    drawing = segno.make(address, error="m", micro=False).svg_inline(scale=6, border=4)
    return HttpResponse(drawing.replace("<svg", f'<svg xmlns="{SVG}"', 1), content_type="image/svg+xml")


@guarded(*READERS)
def sheet(request: HttpRequest, token: str) -> HttpResponse:
    """A page for the printer: the name of the union, its code, and what to do with it."""
    union = one(Union.objects.filter(until=None).select_related("unit"), token=token)
    context = {
        "page": {"title": _("QR code for joining")},
        "union": union,
        "address": request.build_absolute_uri(reverse("unions.public", args=[union.token])),
        "qr_url": reverse("unions.qr", args=[union.token]),
    }
    return render(request, "unions/sheet.html", context)
