"""The only two ways a page reads rows: `visible` for staff, `mine` for a worker. Strangers get 404."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import Http404

from unionhall.kernel.models import User
from unionhall.kernel.rows import Rows
from unionhall.kernel.terms import ADMINISTRATORS, STAFF, Privacy, Role
from unionhall.kernel.writing import Actor

M = TypeVar("M", bound=models.Model)


def visible(model: type[M], actor: Actor | None, *, walk: bool = False) -> "Rows[M]":
    """The rows that this actor may see: those of the unit and below, public ones, nothing for administrators.

    `walk` as in `kernel.rows.below`.
    """
    rows: Rows[M] = model._default_manager.all()  # type: ignore[assignment]
    if actor is None or actor.role in ADMINISTRATORS:
        return rows.none()
    if actor.role == Role.MACHINE:
        return rows
    if model.privacy == Privacy.PUBLIC:  # type: ignore[attr-defined]
        return rows
    if actor.role in STAFF and actor.unit and actor.unit.path and model.unit_path is not None:  # type: ignore[attr-defined]
        return rows.within(actor.unit.path, walk=walk)
    return rows.none()


def mine(model: type[M], user: User | None) -> "Rows[M]":
    """The rows about this account."""
    rows: Rows[M] = model._default_manager.all()  # type: ignore[assignment]
    way = model.worker_path  # type: ignore[attr-defined]
    if way is None or user is None:
        return rows.none()
    return rows.filter(**{way: user}) if way else rows.filter(pk=user.pk)


def readable(model: type[M], actor: Actor | None, *, walk: bool = False) -> "Rows[M]":
    """What a page of this actor may read: `mine` for a worker, `visible` for all others."""
    if actor is not None and actor.role == Role.WORKER and model.privacy != Privacy.PUBLIC:  # type: ignore[attr-defined]
        return mine(model, actor.user)
    return visible(model, actor, walk=walk)


def one(rows: "Rows[M]", **key: Any) -> M:
    """The one row with this key, or 404: a stranger learns nothing, not even that it exists."""
    try:
        return rows.get(**key)
    except (ObjectDoesNotExist, ValueError, OverflowError) as nothing:
        raise Http404 from nothing
