"""The member's card: a token for its code, and what a cadre who scans it is told."""

from dataclasses import dataclass

from django.core import signing
from django.db.models import Q

from unionhall.kernel.terms import Text
from unionhall.membership.models import Membership
from unionhall.membership.rules import CARD_PERSON, CARD_UNION, Standing, is_card_number
from unionhall.people.rules.names import mask_name

SALT = "membership.card"
DAY = 24 * 60 * 60  # a photo of a card shown yesterday proves nothing today


@dataclass(frozen=True, slots=True)
class Found:
    """What the reader of a card learns: whether it is valid; a masked name, the union, the standing."""

    valid: bool
    name: str = ""
    union: str = ""
    card: str = ""
    standing: Text = ""
    retained: bool = False
    expired: bool = False


def token_of(membership: Membership) -> str:
    """A signed token of this membership, good for a day; it holds a row number and nothing of the person."""
    return signing.TimestampSigner(salt=SALT).sign(str(membership.pk))


def read_token(token: str) -> Found:
    """What a scanned token says."""
    try:
        key = signing.TimestampSigner(salt=SALT).unsign(token, max_age=DAY)
    except signing.SignatureExpired:
        return Found(valid=False, expired=True)
    except signing.BadSignature:
        return Found(valid=False)
    return _found(Membership.objects.select_related("person", "unit").filter(pk=key, until=None).first())


def read_card(number: str) -> Found:
    """What a card number that was typed says."""
    plain = number.replace(" ", "").replace("-", "")
    if not is_card_number(plain):
        return Found(valid=False)
    person = int(plain[CARD_UNION : CARD_UNION + CARD_PERSON])
    rows = Membership.objects.select_related("person", "unit").filter(card=plain, until=None)
    return _found(rows.filter(Q(person=person) | Q(person__merged=person)).first())


def _found(membership: Membership | None) -> Found:
    if membership is None:
        return Found(valid=False)
    return Found(
        valid=True,
        name=mask_name(membership.person.name),
        union=membership.unit.name,
        card=membership.card,
        standing=membership.get_standing_display(),
        retained=membership.standing == Standing.RETAINED,
    )
