"""What is counted of unions, told apart as the reports do."""

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from unionhall.employers.indicators import EMPLOYERS, dimensions, labels_of
from unionhall.employers.rules import NON_PUBLIC, PUBLIC, Industry, Ownership
from unionhall.kernel.indicators.declared import Count, Dimension, Fact, Flow, Ratio, Stock, Sum
from unionhall.kernel.models import Placement
from unionhall.kernel.terms import Text
from unionhall.people.rules.kinds import EIGHT_GROUPS, NEW_FORMS, WorkerKind
from unionhall.unions.models import Body, Coverage, Display, Rating, Union
from unionhall.unions.rules import GRASSROOTS, BodyKind, Level, Registration, UnionKind

IN_FORCE = Stock("since", "until")
ONLY_GRASSROOTS: Mapping[str, str] = {"kind": "grassroots"}


def about_union(way: str = "") -> tuple[Dimension, ...]:
    """The dimensions of a union, for a fact whose rows reach it by `way` ("union__").

    kind: the kinds, and `grassroots` for unions of one unit and joint ones together. level. ownership: unit types,
    and public and non_public. industry. worker_kind: and the groups new_form and eight_groups. registration.
    """
    return (
        Dimension(
            "kind",
            _("Kind"),
            f"{way}kind",
            values={**labels_of(UnionKind), "grassroots": _("Grassroots unions, single and joint")},
            groups={"grassroots": frozenset(kind.value for kind in GRASSROOTS)},
        ),
        Dimension("level", _("Level"), f"{way}level", values=labels_of(Level)),
        Dimension(
            "ownership",
            _("Unit type"),
            f"{way}ownership",
            values={
                **labels_of(Ownership),
                "public": _("Public ownership"),
                "non_public": _("Non-public ownership"),
            },
            groups={
                "public": frozenset(kind.value for kind in PUBLIC),
                "non_public": frozenset(kind.value for kind in NON_PUBLIC),
            },
        ),
        Dimension("industry", _("Industry"), f"{way}industry", values=labels_of(Industry)),
        Dimension(
            "worker_kind",
            _("Kind of worker"),
            f"{way}worker_kind",
            values={
                **labels_of(WorkerKind),
                "new_form": _("Workers in new forms of employment"),
                "eight_groups": _("The eight groups"),
            },
            groups={
                "new_form": frozenset(kind.value for kind in NEW_FORMS),
                "eight_groups": frozenset(kind.value for kind in EIGHT_GROUPS),
            },
        ),
        Dimension("registration", _("Registration"), f"{way}registration", values=labels_of(Registration)),
    )


BODY = Dimension("body", _("Committee"), "kind", values=labels_of(BodyKind))
KIND_OF_UNION = Dimension(
    "kind",
    _("Kind"),
    "union__kind",
    values={**labels_of(UnionKind), "grassroots": _("Grassroots unions, single and joint")},
    groups={"grassroots": frozenset(GRASSROOTS)},
)

UNIONS = Fact(
    "unions.unions",
    Union,
    IN_FORCE,
    dimensions=about_union(),
    sums=("fulltime_cadres", "parttime_cadres"),
)
FOUNDED = Fact("unions.founded", Union, Flow("since"), dimensions=about_union())
COVERAGES = Fact(
    "unions.coverages",
    Coverage,
    IN_FORCE,
    unit="union__unit",
    dimensions=(KIND_OF_UNION, *dimensions("employer__")),
)
# The same rows where the employer is, not where its union is: the base of the rate is counted there too.
UNIONISED = Fact(
    "unions.unionised",
    Coverage,
    IN_FORCE,
    unit="employer__unit",
    where=Q(employer__merged_into=None),
    dimensions=dimensions("employer__"),
)
DISPLAYS = Fact("unions.displays", Display, IN_FORCE, unit="union__unit", dimensions=about_union("union__"))
BODIES = Fact("unions.bodies", Body, IN_FORCE, unit="union__unit", dimensions=(BODY, *about_union("union__")))
WOMEN_BODIES = Fact(
    "unions.women_bodies",
    Body,
    IN_FORCE,
    unit="union__unit",
    where=Q(kind=BodyKind.WOMEN),
    dimensions=about_union("union__"),
)
MOVES = Fact(
    "unions.moves",
    Placement,
    Flow("since"),
    where=Q(moved=True, unit__union__isnull=False),
    dimensions=about_union("unit__union__"),
)
RATINGS = Fact(
    "unions.ratings",
    Rating,
    Flow("on"),
    unit="union__unit",
    where=Q(standardised=True),
    dimensions=about_union("union__"),
)

GRASSROOTS_UNIONS = Count(
    code="unions.grassroots_unions",
    title=_("Grassroots unions"),
    definition=_(
        "Unions of one unit and joint unions that exist on the last day; branches and groups are not counted."
    ),
    unit=pgettext_lazy("measure", "unions"),
    fact=UNIONS,
    always=ONLY_GRASSROOTS,
)
UNITS_COVERED = Count(
    code="unions.units_covered",
    title=_("Units covered"),
    definition=_("Employers that the unions here cover on the last day."),
    unit=pgettext_lazy("measure", "units"),
    fact=COVERAGES,
)
UNITS_UNIONISED = Count(
    code="unions.units_unionised",
    title=_("Employers with a union"),
    definition=_("Employers here that any union covers on the last day, wherever that union stands."),
    unit=pgettext_lazy("measure", "units"),
    fact=UNIONISED,
)
UNIONISATION_RATE = Ratio(
    code="unions.unionisation_rate",
    title=_("Unionisation rate"),
    definition=_("Employers here that any union covers, of all employers here."),
    unit=_("%"),
    numerator=UNITS_UNIONISED,
    denominator=EMPLOYERS,
)
DISPLAYING = Count(
    code="unions.displaying_unions",
    title=_("Unions with double display"),
    definition=_("Grassroots unions that show their sign and their cadres' duties on the last day."),
    unit=pgettext_lazy("measure", "unions"),
    fact=DISPLAYS,
    always=ONLY_GRASSROOTS,
)
DOUBLE_DISPLAY_RATE = Ratio(
    code="unions.double_display_rate",
    title=_("Double display rate"),
    definition=_("Grassroots unions with double display, of all grassroots unions."),
    unit=_("%"),
    numerator=DISPLAYING,
    denominator=GRASSROOTS_UNIONS,
    always=ONLY_GRASSROOTS,
)
SECTOR_FEDERATIONS = Count(
    code="unions.sector_federations",
    title=_("Sector federations founded"),
    definition=_("Sector federations founded in the period."),
    unit=pgettext_lazy("measure", "unions"),
    fact=FOUNDED,
    always={"kind": UnionKind.SECTOR.value},
)
WOMENS_COMMITTEES = Count(
    code="unions.womens_committees",
    title=_("Unions with a women workers' committee"),
    definition=_("Grassroots unions that have a women workers' committee or delegate on the last day."),
    unit=pgettext_lazy("measure", "unions"),
    fact=WOMEN_BODIES,
    always=ONLY_GRASSROOTS,
)
WOMEN_COMMITTEE_RATE = Ratio(
    code="unions.women_committee_rate",
    title=_("Women's organisation rate"),
    definition=_("Grassroots unions with a women workers' committee or delegate, of all grassroots unions."),
    unit=_("%"),
    numerator=WOMENS_COMMITTEES,
    denominator=GRASSROOTS_UNIONS,
    always=ONLY_GRASSROOTS,
)
AFFILIATIONS_CHANGED = Count(
    code="unions.affiliations_changed",
    title=_("Changes of affiliation"),
    definition=_("Unions that came to stand under another union in the period; mergers are not counted."),
    unit=pgettext_lazy("measure", "unions"),
    fact=MOVES,
)
STANDARDISED_UNIONS = Count(
    code="unions.standardised_unions",
    title=_("Unions found standardised"),
    definition=_("Ratings of the period that found a union standardised."),
    unit=pgettext_lazy("measure", "unions"),
    fact=RATINGS,
)

# The minimum of the year-books (DOMAIN 2.1) beside what stands above.
JOINT_UNIONS = Count(
    code="unions.joint_unions",
    title=_("Joint unions"),
    definition=_("Joint grassroots unions that exist on the last day."),
    unit=pgettext_lazy("measure", "unions"),
    fact=UNIONS,
    always={"kind": UnionKind.JOINT.value},
)
JOINT_UNITS_COVERED = Count(
    code="unions.joint_units_covered",
    title=_("Units covered by joint unions"),
    definition=_("Employers that joint unions cover on the last day."),
    unit=pgettext_lazy("measure", "units"),
    fact=COVERAGES,
    always={"kind": UnionKind.JOINT.value},
)
FULLTIME_CADRES = Sum(
    code="unions.fulltime_cadres",
    title=_("Full-time cadres"),
    definition=_("Full-time cadres of the unions that exist on the last day."),
    unit=_("persons"),
    fact=UNIONS,
    column="fulltime_cadres",
)
PARTTIME_CADRES = Sum(
    code="unions.parttime_cadres",
    title=_("Part-time cadres"),
    definition=_("Part-time cadres of the unions that exist on the last day."),
    unit=_("persons"),
    fact=UNIONS,
    column="parttime_cadres",
)


def committees(code: str, title: Text, kind: BodyKind) -> Count:
    """How many grassroots unions have a committee of this kind on the last day."""
    return Count(
        code=f"unions.{code}",
        title=title,
        definition=_("Grassroots unions that have this committee on the last day."),
        unit=pgettext_lazy("measure", "unions"),
        fact=BODIES,
        always={**ONLY_GRASSROOTS, "body": kind.value},
    )


INDICATORS = (
    GRASSROOTS_UNIONS,
    UNITS_COVERED,
    UNITS_UNIONISED,
    UNIONISATION_RATE,
    DISPLAYING,
    DOUBLE_DISPLAY_RATE,
    SECTOR_FEDERATIONS,
    WOMENS_COMMITTEES,
    WOMEN_COMMITTEE_RATE,
    AFFILIATIONS_CHANGED,
    STANDARDISED_UNIONS,
    JOINT_UNIONS,
    JOINT_UNITS_COVERED,
    FULLTIME_CADRES,
    PARTTIME_CADRES,
    committees("audit_committees", _("Funds audit committees"), BodyKind.AUDIT),
    committees("labour_law_supervision", _("Labour-law supervision committees"), BodyKind.LABOUR_LAW),
    committees("labour_protection", _("Labour protection committees"), BodyKind.LABOUR_PROTECTION),
    committees("mediation", _("Labour dispute mediation committees"), BodyKind.MEDIATION),
)
