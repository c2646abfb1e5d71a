"""Database fields of personal data: sealed values and the keyed hashes by which they are found."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldError
from django.db.models import BinaryField, Lookup, Model, Transform
from django.db.models.query_utils import DeferredAttribute

from unionhall.kernel.secrets import BLIND, KeyRing

DOTS = "••••"


@dataclass(frozen=True, slots=True, repr=False)
class Sealed:
    """A sealed value as a record carries it: shown as dots, opened only with the keys."""

    blob: bytes
    context: str

    def clear(self, ring: KeyRing) -> str:
        """The clear text. `Refused` as `KeyRing.open` is."""
        return ring.open(self.blob, self.context)

    def __bytes__(self) -> bytes:
        return self.blob

    def __str__(self) -> str:
        return DOTS

    def __repr__(self) -> str:
        return DOTS


class SealedAttribute(DeferredAttribute):
    """Makes whatever is assigned a `Sealed` value."""

    field: "SealedField"

    def __set__(self, instance: Model, value: object) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class _Bytes(BinaryField):
    """A column of bytes that belongs to a context."""

    lookups: frozenset[str] = frozenset()

    def __init__(self, *args: Any, context: str, **kwargs: Any) -> None:
        self.context = context
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Name, path, arguments and keyword arguments, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, list(args), {**kwargs, "context": self.context}

    def get_lookup(self, lookup_name: str) -> type[Lookup] | None:
        """The look-up of that name. `FieldError` when the column cannot answer it."""
        if lookup_name not in self.lookups:
            raise FieldError(self.refusal(lookup_name))
        return super().get_lookup(lookup_name)

    def get_transform(self, lookup_name: str) -> type[Transform] | None:
        """No transform: always `FieldError`."""
        raise FieldError(self.refusal(lookup_name))

    def refusal(self, lookup_name: str) -> str:
        """Why a look-up is not possible."""
        allowed = ", ".join(sorted(self.lookups))
        return f"“{self.name}” cannot be looked up by “{lookup_name}”, only by: {allowed}."


class SealedField(_Bytes):
    """A sealed value; the attribute is `Sealed` and takes `Sealed` or bytes.

    `context` names the column for ever (“people.Person.identity”): values sealed for it open only in it.
    Found through a `BlindField` beside it; it cannot itself be looked up, except by isnull.
    """

    descriptor_class = SealedAttribute
    lookups = frozenset({"isnull"})

    def to_python(self, value: object) -> Sealed | None:
        """A `Sealed` value of bytes as drivers give them, or of base64 text as fixtures give it."""
        if value is None:
            return None
        if isinstance(value, Sealed):
            if value.context != self.context:
                raise TypeError(f"“{self.name}” takes values sealed for {self.context}, not {value.context}.")
            return value
        if isinstance(value, str):
            value = super().to_python(value)
        if isinstance(value, bytes | bytearray | memoryview):
            return Sealed(bytes(value), self.context)
        raise TypeError(f"“{self.name}” takes sealed bytes, not {type(value).__name__}.")

    def from_db_value(self, value: object, *_: object) -> Sealed | None:
        """The value of a row, for queries that make no records too."""
        return self.to_python(value)

    def get_prep_value(self, value: object) -> bytes | None:
        """The bytes that are stored."""
        sealed = self.to_python(value)
        return None if sealed is None else sealed.blob

    def value_from_object(self, obj: Model) -> Any:
        """The bytes of a record, for fixtures."""
        return self.get_prep_value(super().value_from_object(obj))

    def refusal(self, lookup_name: str) -> str:
        """Why a look-up is not possible, and what to do instead."""
        return (
            f"“{self.name}” is sealed and cannot be looked up by “{lookup_name}”: "
            "look up its keyed hash (BlindField), or use isnull."
        )


class BlindField(_Bytes):
    """The keyed hash of a sealed value: 16 bytes, may be unique or indexed, looked up by equality."""

    lookups = frozenset({"exact", "in", "isnull"})

    def __init__(self, *args: Any, context: str, **kwargs: Any) -> None:
        kwargs["max_length"] = BLIND
        super().__init__(*args, context=context, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Name, path, arguments and keyword arguments, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length", None)
        return name, path, args, kwargs

    def from_db_value(self, value: bytes | memoryview | None, *_: object) -> bytes | None:
        """Bytes, whatever the driver gives."""
        return None if value is None else bytes(value)

    def get_prep_value(self, value: object) -> bytes | None:
        """The bytes that are stored or looked for: 16 of them."""
        if value is None:
            return None
        if not isinstance(value, bytes | bytearray | memoryview) or len(bytes(value)) != BLIND:
            raise TypeError(f"“{self.name}” takes a keyed hash of {BLIND} bytes.")
        return bytes(value)
