"""Where the staff pages of unions are."""

from django.urls import URLPattern, path

from unionhall.kernel.pages.views import urls
from unionhall.unions.staff.codes import code, sheet
from unionhall.unions.staff.elections import enter
from unionhall.unions.staff.foundings import FOUNDINGS, paper
from unionhall.unions.staff.radar import radar
from unionhall.unions.staff.tree import browse
from unionhall.unions.staff.unions import PAGES

URLS: tuple[URLPattern, ...] = (
    path("unions/tree/", browse, name="unions.tree"),
    path("unions/radar/", radar, name="unions.radar"),
    path("unions/unions/<int:pk>/election/", enter, name="unions.elect"),
    path("unions/foundings/<int:pk>/request.docx", paper, {"kind": "request"}, name="unions.request_paper"),
    path("unions/foundings/<int:pk>/reply.docx", paper, {"kind": "reply"}, name="unions.reply_paper"),
    path("unions/qr/<slug:token>.svg", code, name="unions.qr"),
    path("unions/qr/<slug:token>/", sheet, name="unions.qr_print"),
    *(pattern for page in (*PAGES, FOUNDINGS) for pattern in urls(page)),
)
