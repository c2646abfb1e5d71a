"""`Row`, the base of every table, and `Rows`, its guarded set. Writing outside an action raises."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, Self, TypeVar

from django.db import connection, models
from django.db.models import Q

from unionhall.kernel import guard
from unionhall.kernel.fields import SealedField
from unionhall.kernel.terms import Privacy

R = TypeVar("R", bound=models.Model)
SEGMENT = 5
LAST_CHARACTER = chr(0x10FFFF)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def segment(number: int) -> str:
    """A unit's own part of every path it stands in: its key in five base-36 digits."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = _DIGITS[rest] + digits
    if len(digits) > SEGMENT:
        raise OverflowError("More units than a path can name.")
    return digits.rjust(SEGMENT, "0")


class Unindexed(models.Transform):
    """The column itself, hidden from SQLite's planner, which would otherwise begin with its index."""

    lookup_name = "unindexed"

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        """The column; with a sign that means nothing to SQLite but “no index”."""
        sql, values = compiler.compile(self.lhs)
        return (f"+{sql}" if connection.vendor == "sqlite" else sql), values


models.CharField.register_lookup(Unindexed)


def below(field: str, path: str, *, walk: bool = False) -> Q:
    """Rows whose path begins with `path`: a range that one index answers in every collation.

    `walk` is for the first rows of a long list: the index of its order is walked, and the path only looked at.
    """
    field = f"{field}__unindexed" if walk else field
    return Q(**{f"{field}__gte": path, f"{field}__lte": path + "z" * SEGMENT})


def beginning(field: str, text: str) -> Q:
    """Rows whose column begins with `text`: an index with pattern classes answers it on every database."""
    if connection.vendor == "postgresql":
        return Q(**{f"{field}__startswith": text})
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST_CHARACTER})


class Rows(models.QuerySet[R]):
    """Rows of one table. Its writers ask for an act and leave the act's number on every row."""

    def update(self, **values: Any) -> int:
        """Change every row of the set at once."""
        act = guard.current()
        self._touch(act)
        count = super().update(**values | self._mark(act))
        _touch_new_unit(act, self.model, values)
        return count

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete every row of the set."""
        self._touch(guard.current())
        return super().delete()

    def bulk_create(self, objs: Iterable[R], *args: Any, **kwargs: Any) -> list[R]:
        """Insert rows; for more than a thousand use `kernel.loading.load`."""
        act = guard.current()
        rows = list(objs)
        for row in rows:
            if isinstance(row, Row):
                row.act = act.number
        made = super().bulk_create(rows, *args, **kwargs)
        for row in made:
            if isinstance(row, Row):
                act.touch(*row.units_touched())
        return made

    def bulk_update(self, objs: Iterable[R], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        """Change some columns of many rows."""
        act = guard.current()
        rows = list(objs)
        for row in rows:
            if isinstance(row, Row):
                row.act = act.number
                act.touch(*row.units_touched())
        return super().bulk_update(rows, [*fields, *self._mark(act)], *args, **kwargs)

    def within(self, path: str, *, walk: bool = False) -> Self:
        """The rows of the unit with this path and of all below it; `walk` as in `below`."""
        unit_path = self.model.unit_path  # type: ignore[attr-defined]
        return self.filter(below(f"{unit_path}__path" if unit_path else "path", path, walk=walk))

    def _mark(self, act: guard.Act) -> dict[str, int]:
        return {"act": act.number} if issubclass(self.model, Row) else {}

    def _touch(self, act: guard.Act) -> None:
        unit_path = getattr(self.model, "unit_path", None)
        if unit_path is None:
            return
        plain = (
            self.order_by() if not self.query.is_sliced else self.model._default_manager.filter(pk__in=self)
        )
        units = plain.values_list(f"{unit_path}__pk" if unit_path else "pk", flat=True).distinct()
        act.touch(*units[: guard.MOST_UNITS + 1])


def _touch_new_unit(act: guard.Act, model: type[models.Model], values: Mapping[str, Any]) -> None:
    """Remember the unit that a set of rows was moved to; where the value does not tell it, every unit."""
    first, _step, rest = (getattr(model, "unit_path", None) or "").partition("__")
    attribute = getattr(model._meta.get_field(first), "attname", first) if first else first
    for name in {first, attribute} & values.keys():
        unit = getattr(values[name], "pk", values[name])
        if rest or not isinstance(unit, int | None):
            act.touch_everything()
        else:
            act.touch(unit)


class Row(models.Model):
    """A row that only an action writes.

    `unit_path` is the way to the unit it belongs to ("" for the unit itself, None for rows of no unit),
    `worker_path` the way to the account of the worker it is about (None when about nobody), `privacy` how
    carefully it is shown. `act` is the number of the act that last wrote it: it finds the log entry.
    """

    unit_path: ClassVar[str | None]
    worker_path: ClassVar[str | None] = None
    privacy: ClassVar[Privacy]
    act = models.BigIntegerField(editable=False, default=0)

    objects = Rows.as_manager()

    class Meta:
        abstract = True
        base_manager_name = (
            "objects"  # Django's own manager, by which related sets write, would ask for no act
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row inside the act under way."""
        act = guard.current()
        before: dict[str, Any] = getattr(self, "_loaded", {})
        if "update_fields" in kwargs and kwargs["update_fields"] is not None:
            kwargs["update_fields"] = [*kwargs["update_fields"], "act"]
        self.act = act.number
        super().save(*args, **kwargs)
        act.touch(*self.units_touched())
        act.changes.append({"kind": self._meta.label_lower, "pk": self.pk, "fields": self._changes(before)})
        self._loaded = self._values()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row inside the act under way."""
        act = guard.current()
        act.touch(*self.units_touched())
        act.changes.append({"kind": self._meta.label_lower, "pk": self.pk, "deleted": True})
        return super().delete(*args, **kwargs)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """Remember what was loaded, so that a save can say what changed."""
        row = super().from_db(db, field_names, values)
        row._loaded = dict(zip(field_names, values, strict=True))
        return row

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row anew; what is read is what the next change is told from."""
        super().refresh_from_db(*args, **kwargs)
        self._loaded = self._values()

    def units_touched(self) -> list[int | None]:
        """The unit this row belongs to, and the one it belonged to when it was loaded."""
        if self.unit_path is None:
            return []
        if self.unit_path == "":
            return [self.pk]
        first, *rest = self.unit_path.split("__")
        name = str(getattr(self._meta.get_field(first), "attname", first))
        if rest:
            row = getattr(self, first)
            return row.units_touched() if isinstance(row, Row) else []
        return [getattr(self, name), getattr(self, "_loaded", {}).get(name)]

    def _values(self) -> dict[str, Any]:
        """Every column that has been read, as it is now."""
        unread = self.get_deferred_fields()
        names = (column.attname for column in self._meta.concrete_fields)
        return {name: getattr(self, name) for name in names if name not in unread}

    def _changes(self, before: dict[str, Any]) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        now = self._values()
        for column in self._meta.concrete_fields:
            if column.attname not in now or column.generated:
                continue
            old, new = before.get(column.attname), now[column.attname]
            if column.attname == "act" or (old == new) or (not before and new in (None, "")):
                continue
            hidden = isinstance(column, SealedField | models.BinaryField) or self.privacy == Privacy.SENSITIVE
            changed[column.attname] = "•" if hidden else [_plain(old), _plain(new)]
        return changed


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
