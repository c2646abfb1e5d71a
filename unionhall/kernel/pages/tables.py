"""From a page's declaration to a django-tables2 table and a django-filter set."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

import django_filters as filters
import django_tables2 as tables
from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.kernel.fields import Sealed
from unionhall.kernel.models import Unit
from unionhall.kernel.pages.declared import Between, Choice, Column, Page, Special, Yes
from unionhall.kernel.rows import Rows, below
from unionhall.kernel.templatetags.face import figure
from unionhall.kernel.terms import Text

MOST_COUNTED = 10_000
MOST_UNITS = 30


class Days(filters.widgets.DateRangeWidget):
    """From one day to another, each field with a name of its own."""

    use_fieldset = True

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"})

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The two fields, named for those who hear the page."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        for field, said in zip(
            context["widget"]["subwidgets"],
            (pgettext_lazy("days", "from"), pgettext_lazy("days", "to")),
            strict=True,
        ):
            field["attrs"]["aria-label"] = said
        return context


class LongPaginator(Paginator):
    """Counts no further than it must: a list of millions says “10,000+” and stays fast. `total` when it is known."""

    def __init__(self, *args: Any, total: int | None = None, **kwargs: Any) -> None:
        self.total = total
        super().__init__(*args, **kwargs)

    @cached_property
    def count(self) -> int:
        """How many rows, at most one more than ten thousand."""
        if self.total is not None:
            return self.total
        return capped_count(getattr(self.object_list, "data", self.object_list))


def capped_count(rows: Any) -> int:
    """How many rows, at most one more than ten thousand."""
    if isinstance(rows, models.QuerySet):
        return rows.order_by()[: MOST_COUNTED + 1].count()
    return len(rows)


def plain(value: Any) -> Any:
    """A value as text people read: days as 2022-10-01, yes and no, nothing as nothing."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value


def label(model: type[models.Model], way: str) -> Text:
    """The name of a field at the end of a way."""
    found: Any = model
    for part in way.split("__"):
        meta = found._meta
        part_field = meta.pk if part == "pk" else meta.get_field(part)
        found = getattr(part_field, "related_model", None) or found
    return capfirst(getattr(part_field, "verbose_name", way))


def value_of(row: Any, name: str) -> Any:
    """The value at the end of a way, with the label of a choice."""
    *way, last = name.split("__")
    for part in way:
        row = getattr(row, part, None)
    if row is None:
        return None
    display: Callable[[], Any] | None = getattr(row, f"get_{last}_display", None)
    return display() if display else getattr(row, last, None)


class Cell(tables.Column):
    """A column of a declared table."""

    def __init__(self, column: Column, model: type[models.Model], page: str = "") -> None:
        self.declared, self.page = column, page
        sortable = None if column.show is None or column.order else False  # none: as the table says
        super().__init__(
            accessor=column.name if column.show is None else "pk",
            verbose_name=column.title or label(model, column.name),
            order_by=column.order or (column.name,),
            orderable=sortable,
            attrs={"th": {"class": "number"}, "td": {"class": "number"}} if column.number else {},
            empty_values=(),
        )

    def text(self, row: Any) -> Any:
        """What the cell says."""
        column = self.declared
        return plain(column.show(row) if column.show else value_of(row, column.name))

    def render(self, record: Any) -> Any:
        """The cell, with the link that opens the row."""
        said = self.text(record)
        if isinstance(said, Sealed) or said in (None, ""):
            said = str(said or "")
        if self.declared.number and not isinstance(said, str):
            said = figure(said)
        if self.declared.link and self.page:
            return format_html(
                '<a href="{}">{}</a>', reverse(f"{self.page}.one", args=[record.pk]), said or record
            )
        return said

    def value(self, record: Any) -> Any:
        """The cell in an export."""
        said = self.text(record)
        return str(said) if isinstance(said, Promise | models.Model | Sealed) else said


def table(
    rows: Any,
    columns: Sequence[Column],
    model: type[models.Model],
    *,
    page: str = "",
    order: Iterable[str] = (),
) -> tables.Table:
    """A table of these rows."""
    cells = [(column.name, Cell(column, model, page)) for column in columns]
    kind = tables.Table
    return kind(
        rows, extra_columns=cells, order_by=tuple(order), template_name="kernel/table.html", empty_text=""
    )


def filter_set(page: Page, rows: "Rows[Any]", query: Any, request: Any) -> filters.FilterSet:
    """The filters of a page, bound to what the reader asked for."""
    members: dict[str, Any] = {}
    if page.search:
        search = page.search
        members["q"] = filters.CharFilter(
            label=pgettext_lazy("list", "Search"),
            method=lambda found, _name, text: search(found, text.strip()),
            widget=forms.TextInput(attrs={"type": "search", "data-search": ""}),
        )
    for wanted in page.filters:
        members[wanted.name] = _filter(page.model, wanted)
    members["Meta"] = type("Meta", (), {"model": page.model, "fields": []})
    kind = type("Filters", (filters.FilterSet,), members)
    return kind(query or None, queryset=rows, request=request)


def _filter(model: type[models.Model], wanted: Any) -> filters.Filter:
    title = wanted.title or label(model, wanted.name)
    if isinstance(wanted, Choice):
        choices = wanted.choices or _choices(model, wanted.name)
        return filters.ChoiceFilter(
            field_name=wanted.name, label=title, choices=list(choices), empty_label=_("all")
        )
    if isinstance(wanted, Yes):
        return filters.ChoiceFilter(
            field_name=wanted.name,
            label=title,
            choices=[("1", _("Yes")), ("0", _("No"))],
            method=lambda rows, name, code: rows.filter(**{name: code == "1"}),
            empty_label=_("all"),
        )
    if isinstance(wanted, Between):
        return filters.DateFromToRangeFilter(field_name=wanted.name, label=title, widget=Days)
    if isinstance(wanted, Special):
        conditions = {code: condition for code, _title, condition in wanted.conditions}
        return filters.ChoiceFilter(
            label=title,
            choices=[(code, name) for code, name, _condition in wanted.conditions],
            method=lambda rows, _name, code: rows.filter(conditions[code]),
            empty_label=_("all"),
        )
    return filters.CharFilter(
        label=title,
        method=lambda rows, name, text: rows.filter(under(name, text.strip())),
        widget=forms.TextInput(attrs={"data-source": reverse_lazy("unit_names"), "autocomplete": "off"}),
    )


def _choices(model: type[models.Model], way: str) -> Any:
    found: Any = model
    *parts, last = way.split("__")
    for part in parts:
        found = found._meta.get_field(part).related_model
    return found._meta.get_field(last).choices or ()


def under(way: str, text: str) -> models.Q:
    """Rows whose unit is, or stands below, one that is called like this."""
    found = models.Q(pk__in=[])
    for path in units_called(text).values_list("path", flat=True)[:MOST_UNITS]:
        found |= below(f"{way}__path", path or "")
    return found


def units_called(text: str) -> "Rows[Unit]":
    """Units by name, or by the beginning of their pinyin or initials; the highest first."""
    lower = text.lower().replace(" ", "")
    named = (
        models.Q(name__contains=text)
        | models.Q(name_key__startswith=lower)
        | models.Q(initials__startswith=lower)
    )
    return Unit.objects.filter(named, until=None).order_by("path")
