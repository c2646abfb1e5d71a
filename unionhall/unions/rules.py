"""Rules of unions: kinds, levels, sizes of committees, votes, terms. Sources are named beside each number."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnionKind(TextChoices):
    """Every kind of union organisation (工会法 art. 11)."""

    FEDERATION = "federation", _("Federation of trade unions")
    INDUSTRIAL = "industrial", _("Industrial union")
    SECTOR = "sector", _("Sector federation")
    SINGLE = "single", _("Grassroots union")
    JOINT = "joint", _("Joint grassroots union")
    BRANCH = "branch", _("Branch")
    GROUP = "group", _("Union group")


GRASSROOTS = frozenset({UnionKind.SINGLE, UnionKind.JOINT})
ADMITTING = GRASSROOTS | {UnionKind.BRANCH, UnionKind.GROUP}


class Level(TextChoices):
    """The level at which a union stands."""

    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    MUNICIPAL = "municipal", _("Municipal")
    COUNTY = "county", _("County or district")
    TOWNSHIP = "township_subdistrict", _("Township or subdistrict")
    ZONE = "development_zone", _("Development zone")
    GRASSROOTS = "grassroots", _("Grassroots")


class BodyKind(TextChoices):
    """Committees and persons that a union has beside its committee."""

    WOMEN = "women", _("Women workers' committee")
    AUDIT = "audit", _("Funds audit committee")
    LABOUR_LAW = "labour_law", _("Labour-law supervision committee")
    LABOUR_PROTECTION = "labour_protection", _("Labour protection committee")
    MEDIATION = "mediation", _("Labour dispute mediation committee")


class Registration(TextChoices):
    """How a union or member stands in the register."""

    REAL_NAME = "real_name", _("Real name")
    DECLARED = "declared", _("Declared only")
