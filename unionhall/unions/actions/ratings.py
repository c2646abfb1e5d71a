"""Legal-person certificates, double display and standardisation ratings."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from unionhall.kernel.terms import WRITERS, Role, refuse, refuse_if
from unionhall.kernel.writing import Actor, action
from unionhall.unions.models import Certificate, Display, Rating, Term, Union
from unionhall.unions.rules import LAW, check_certificate, check_renewal


@action(*WRITERS, on="union", sentence=_("recorded a legal-person certificate"), logged=("number",))
def certify(
    actor: Actor,  # noqa: ARG001  who acts is logged
    *,
    union: Union,
    number: str,
    representative: str,
    since: date,
    expires: date,
    change: bool = False,
) -> Certificate:
    """A certificate from this day, in place of the one before.

    A renewal falls in the last days before expiry; a `change` of name, address or representative at any time.
    """
    refuse_if(check_certificate(since, expires))
    _check_term(union, expires)
    former = Certificate.objects.filter(union=union, until=None).first()
    if former:
        if since <= former.since:
            raise refuse(_("The new certificate must be issued after the one before."), "since")
        if not change:
            refuse_if(check_renewal(former.expires, since))
        former.until = since
        former.save()
    certificate = Certificate(union=union, number=number, representative=representative)
    certificate.since, certificate.expires = since, expires
    certificate.save()
    return certificate


@action(*WRITERS, on="union", sentence=_("recorded the double display of a union"))
def show_sign(actor: Actor, *, union: Union, on: date) -> Display:  # noqa: ARG001  who acts is logged
    """From this day the union shows its sign and its cadres' duties."""
    if union.until is not None or on < union.since:
        raise refuse(_("A union shows its sign while it exists."), "on")
    if Display.objects.filter(union=union, until=None).exists():
        raise refuse(_("This union already shows its sign."))
    display = Display(union=union, since=on)
    display.save()
    return display


@action(*WRITERS, on="union", sentence=_("ended the double display of a union"))
def take_sign_down(actor: Actor, *, union: Union, on: date) -> Display:  # noqa: ARG001  who acts is logged
    """From this day the union shows its sign no more."""
    display = Display.objects.filter(union=union, until=None).first()
    if display is None:
        raise refuse(_("This union does not show its sign."))
    if on <= display.since:
        raise refuse(_("The display must end after it began."), "on")
    display.until = on
    display.save()
    return display


@action(Role.REVIEWER, Role.LEADER, on="union", sentence=_("rated a union"))
def rate(actor: Actor, *, union: Union, standardised: bool, score: Decimal | None, on: date) -> Rating:
    """Whether a superior union found this one standardised, and with how many of a hundred points."""
    rater = actor.unit or union.unit.parent
    if rater is None or rater.pk == union.pk:
        raise refuse(_("A union is rated by a union above it, not by itself."))
    if score is not None and not 0 <= score <= 100:  # noqa: PLR2004  a hundred points are the whole
        raise refuse(_("A score lies between 0 and 100."), "score")
    if union.until is not None or on < union.since:
        raise refuse(_("A union is rated while it exists."), "on")
    rating = Rating(union=union, standardised=standardised, score=score, rated_by=rater, on=on)
    rating.save()
    return rating


def _check_term(union: Union, expires: date) -> None:
    term = Term.objects.filter(union=union, until=None).first()
    if term and expires > term.expires:
        said = _("A certificate is valid as long as the term, which expires on %(expires)s.")
        article = LAW["certificate_years"].article
        raise refuse(said % {"expires": term.expires.isoformat()}, "expires", article)
