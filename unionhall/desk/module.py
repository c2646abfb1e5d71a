"""The door of the desk."""

from django.utils.translation import gettext_lazy as _

from unionhall.desk import worker
from unionhall.kernel.module import Module

MODULE = Module(code="desk", title=_("Desk"), icon="layout-dashboard", urls=worker.URLS)
