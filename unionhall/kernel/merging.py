"""Two rows that are one thing: what points at the one to be dropped, and moving it to the one that is kept.

The walk over the references is generic: a table that comes later is moved without a word about it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from unionhall.kernel import guard
from unionhall.kernel.rows import Row
from unionhall.kernel.terms import Refusal, refuse
from unionhall.kernel.writing import step

Moved = Mapping[str, list[int]]
ONE_BY_ONE = 500  # rows


@dataclass(frozen=True, slots=True)
class Moving:
    """The rows of one column that would move; `clash` when some cannot stand beside the kept row's own."""

    column: str
    title: str
    count: int
    clash: bool


def references(model: type[Row], leave: Collection[str] = ()) -> Iterator[models.ForeignKey]:
    """Every foreign key that points at this table, hidden ones too, save the columns named in `leave`."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        pointing = relation.related_model
        if isinstance(pointing, type) and issubclass(pointing, Row):
            key: models.ForeignKey = relation.field
            if column_of(key) not in leave:
                yield key


def column_of(key: models.Field[Any, Any]) -> str:
    """The name under which a foreign key's rows are kept: membership.membership.person."""
    return f"{key.model._meta.label_lower}.{key.name}"


def preview(kept: Row, dropped: Row, leave: Collection[str] = ()) -> list[Moving]:
    """What would move from the dropped row to the kept one; columns without rows are left out."""
    found = []
    for key in references(type(dropped), leave):
        count = key.model._default_manager.filter(**{key.name: dropped}).count()
        if count:
            title = str(key.model._meta.verbose_name_plural)
            found.append(Moving(column_of(key), title, count, _clashes(key, kept, dropped)))
    return found


def clashes(kept: Row, dropped: Row, leave: Collection[str] = ()) -> list[Refusal]:
    """Why the two cannot be merged as they are: a sentence for each table where only one row may stand."""
    return [
        Refusal(
            _("Both have %(rows)s of which only one may stand: end or correct one of the two first.")
            % {"rows": moving.title}
        )
        for moving in preview(kept, dropped, leave)
        if moving.clash
    ]


@step
def repoint(kept: Row, dropped: Row, leave: Collection[str] = ()) -> dict[str, list[int]]:
    """Point every row that points at the dropped row at the kept one. Returns the keys moved, by column."""
    guard.current().touch(*kept.units_touched(), *dropped.units_touched())
    moved: dict[str, list[int]] = {}
    for key in references(type(dropped), leave):
        rows = list(key.model._default_manager.filter(**{key.name: dropped}).order_by("pk"))
        if rows:
            _point(rows, key.name, kept)
            moved[column_of(key)] = [row.pk for row in rows]
    return moved


@step
def restore(kept: Row, dropped: Row, moved: Moved, *, act: int) -> None:
    """Point the moved rows back at the row that was dropped.

    `act` is the number of the merge's act: a row that carries another one was written since, and then what
    belongs to whom is no longer known, so that the whole is refused.
    """
    guard.current().touch(*kept.units_touched(), *dropped.units_touched())
    for column, keys in moved.items():
        label, _dot, name = column.rpartition(".")
        model = apps.get_model(label)
        rows = list(model._default_manager.filter(pk__in=keys, act=act, **{name: kept}))
        if len(rows) != len(keys):
            raise refuse(
                _("This merge can no longer be undone: %(rows)s that moved have been changed since.")
                % {"rows": model._meta.verbose_name_plural}
            )
        _point(rows, name, dropped)


def _point(rows: Sequence[models.Model], name: str, to: Row) -> None:
    """Few rows one by one, so that only their units are counted anew; many at once."""
    if len(rows) > ONE_BY_ONE:
        keys = [row.pk for row in rows]
        type(rows[0])._default_manager.filter(pk__in=keys).update(**{name: to})
        return
    for row in rows:
        setattr(row, name, to)
        row.save(update_fields=[name])


def _clashes(key: models.ForeignKey, kept: Row, dropped: Row) -> bool:
    """Whether a uniqueness of the table would break: a pair of rows alike in its other columns."""
    if key.unique:
        return bool(key.model._default_manager.filter(**{key.name: kept}).exists())
    for constraint in key.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and key.name in constraint.fields:
            rows = key.model._default_manager.filter(constraint.condition or Q())
            rest = [name for name in constraint.fields if name != key.name] or [key.name]
            alike = Q(pk__in=[])
            if rest == [key.name]:
                alike = Q(**{key.name: kept})
            else:
                for values in rows.filter(**{key.name: dropped}).values_list(*rest):
                    alike |= Q(**{key.name: kept}, **dict(zip(rest, values, strict=True)))
            if rows.filter(**{key.name: dropped}).exists() and rows.filter(alike).exists():
                return True
    return False
