"""One row of any table, with all it needs: for tests that ask the same of every table."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

from unionhall.kernel.models import Unit, User
from unionhall.kernel.testing.acts import do

DAY = date(2020, 1, 1)
PLAIN: dict[type[models.Field], Any] = {
    models.BooleanField: False,
    models.DateTimeField: datetime(2020, 1, 1, tzinfo=UTC),
    models.DateField: DAY,
    models.DecimalField: Decimal(1),
    models.IntegerField: 1,
    models.JSONField: {},
    models.BinaryField: b"",
    models.TextField: "x",
}


class Rows:
    """Makes rows that belong to one unit and are about one account: the first of a table, or another one.

    What a row needs (its person, its case) is made with it, once: every row of one worker at one unit. `given` says
    what the rows of some tables must hold.
    """

    def __init__(
        self, unit: Unit, user: User, given: Mapping[type[models.Model], Mapping[str, Any]] | None = None
    ) -> None:
        self.given = given or {}
        self.made: dict[tuple[type[models.Model], int], models.Model] = {(Unit, 0): unit, (User, 0): user}

    def one(self, model: type[models.Model], number: int = 0) -> models.Model:
        """The row of this table with this number, made in an act when it is asked for first."""
        if (model, number) not in self.made:
            do(lambda: self._make(model, number))
        return self.made[model, number]

    def _make(self, model: type[models.Model], number: int) -> models.Model:
        if (model, number) not in self.made:
            row = model(**self.given.get(model, {}))
            for field in model._meta.concrete_fields:
                if self._asked(model, field, number):
                    setattr(row, field.name, self._value(field, number))
            row.save()
            self.made[model, number] = row
        return self.made[model, number]

    def _asked(self, model: type[models.Model], field: Any, number: int) -> bool:
        """Whether the field must be given: no default, not nullable; or on the way to the row's unit or worker."""
        if field.name in self.given.get(model, {}):
            return False
        ways = (getattr(model, "unit_path", None), getattr(model, "worker_path", None))
        if number == 0 and field.name in {(way or "").partition("__")[0] for way in ways}:
            return True
        return not (field.null or field.has_default() or isinstance(field, models.AutoField) or field.blank)

    def _value(self, field: Any, number: int) -> Any:
        if field.is_relation:
            alone = field.one_to_one and field.related_model not in {Unit, User}
            return self._make(field.related_model, number if alone else 0)
        if field.choices:
            return field.choices[0][0]
        if isinstance(field, models.CharField):
            return f"x{number}"[: field.max_length]
        return next(value for kind, value in PLAIN.items() if isinstance(field, kind))
