"""Where every page is."""

from django.urls import URLPattern, URLResolver, include, path

from unionhall.modules import MODULES

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    *(pattern for module in MODULES for pattern in module.urls),
]
