"""Two files that are one person: merged, taken apart again, or told apart."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.merging import Moving, clashes, preview, repoint, restore
from unionhall.kernel.terms import WRITERS, Refusal, refuse, refuse_if
from unionhall.kernel.writing import Actor, action
from unionhall.people.models import NotDuplicate, Person, PersonMerge
from unionhall.people.rules.files import check_reason

# What stays with the dropped row of a merge: its own history.
STAYS = frozenset(
    {
        "people.person.merged_into",
        "people.personmerge.kept",
        "people.personmerge.dropped",
        "people.notduplicate.first",
        "people.notduplicate.second",
    }
)


def merge_preview(kept: Person, dropped: Person) -> list[Moving]:
    """What merging would move."""
    return preview(kept, dropped, STAYS)


def merge_faults(actor: Actor, kept: Person, dropped: Person) -> list[Refusal]:
    """Why these two files cannot be merged as they are; empty when they can."""
    if kept.pk == dropped.pk:
        return [Refusal(_("To merge, name two different files."))]
    if kept.merged_into_id or dropped.merged_into_id:
        return [Refusal(_("One of the two files has been merged away already."))]
    found = []
    if not actor.reaches(dropped.unit):
        found.append(
            Refusal(
                _("One of the two files is kept outside your reach: ask the union above both to merge them.")
            )
        )
    if kept.number is None and dropped.number is not None:
        found.append(Refusal(_("Keep the file that has the document number.")))
    if kept.user_id and dropped.user and dropped.user.is_active:
        found.append(Refusal(_("Both have an account: have the one of the file to be dropped closed first.")))
    return [*found, *clashes(kept, dropped, STAYS)]


@action(*WRITERS, on="kept", sentence=_("merged two files of one person"), logged=("reason",))
def merge(actor: Actor, *, kept: Person, dropped: Person, reason: str, on: date) -> PersonMerge:
    """Make two files one: all that points at the dropped one points at the kept one. Can be undone."""
    kept, dropped = _locked(kept), _locked(dropped)
    refuse_if([*check_reason(reason), *merge_faults(actor, kept, dropped)])
    moved = repoint(kept, dropped, STAYS)
    user = dropped.user if kept.user_id is None else None
    dropped.merged_into = kept
    if user:
        dropped.user = None
    dropped.save()
    if user:
        kept.user = user
        kept.save(update_fields=["user"])
    record = PersonMerge(
        kept=kept,
        dropped=dropped,
        moved={"rows": moved, "user": user.pk if user else None},
        reason=reason,
        on=on,
    )
    record.save()
    return record


@action(*WRITERS, on="merge", sentence=_("undid a merge of two files"))
def unmerge(actor: Actor, *, merge: PersonMerge, on: date) -> PersonMerge:
    """Make one file two again. Refused once a row that moved was changed, or the file was merged further."""
    merge = PersonMerge.objects.select_for_update().get(pk=merge.pk)
    kept, dropped = _locked(merge.kept), _locked(merge.dropped)
    if merge.undone_on is not None:
        raise refuse(_("This merge has been undone already."))
    if not actor.reaches(dropped.unit):
        raise refuse(_("One of the two files is kept outside your reach: ask the union above both."))
    user = merge.moved["user"]
    if kept.merged_into_id is not None or (user and kept.user_id != user):
        raise refuse(
            _("This merge can no longer be undone: the file kept has been merged or tied anew since.")
        )
    restore(kept, dropped, merge.moved["rows"], act=merge.act)
    if user:
        kept.user = None
        kept.save(update_fields=["user"])
        dropped.user_id = user
    dropped.merged_into = None
    dropped.save()
    merge.undone_on = on
    merge.save()
    return merge


@action(*WRITERS, on="first", sentence=_("found two files to be two persons"))
def not_duplicate(actor: Actor, *, first: Person, second: Person, on: date) -> NotDuplicate:
    """Note that two files alike are two persons: the duplicates desk shows them no more."""
    if first.pk == second.pk:
        raise refuse(_("Name two different files."))
    if not actor.reaches(second.unit):
        raise refuse(_("One of the two files is kept outside your reach: ask the union above both."))
    low, high = sorted((first, second), key=lambda person: person.pk)
    if NotDuplicate.objects.filter(first=low, second=high).exists():
        raise refuse(_("These two files have been told apart already."))
    row = NotDuplicate(first=low, second=high, on=on)
    row.save()
    return row


def _locked(person: Person) -> Person:
    return Person.objects.select_for_update().get(pk=person.pk)
