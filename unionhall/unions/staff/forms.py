"""Forms of the acts on unions."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from unionhall.employers.rules import Industry, Ownership
from unionhall.kernel.models import Unit, Verdict
from unionhall.kernel.pages.forms import ActForm, DateField
from unionhall.kernel.pages.units import UnitByName
from unionhall.kernel.scope import visible
from unionhall.people.models import Person
from unionhall.people.rules.kinds import WorkerKind
from unionhall.unions.actions.founding import employers_called
from unionhall.unions.models import Election, Union
from unionhall.unions.rules import LAW, BodyKind, ElectedBody, Level, Name, Registration, UnionKind

NONE = [("", "—")]
LINE = re.compile(r"^(?P<name>.+?)[\s,，:：]+(?P<votes>[0-9]{1,7})\s*(?P<star>[*＊]?)$")


def optional(choices: Any) -> Any:
    """A choice that may stay open."""
    return [*NONE, *choices]


class EmployerByName(forms.CharField):
    """An employer by its social credit code or its full name."""

    def clean(self, value: Any) -> Any:
        """The one employer that has this code or name."""
        text = super().clean(value)
        if not text:
            return None
        found = employers_called(text)
        if len(found) != 1:
            said = _("More than one employer is called “%(text)s”: type its social credit code.")
            none = _("No employer is called “%(text)s”: register it first, or type its social credit code.")
            raise forms.ValidationError(said if found else none, params={"text": text})
        return found[0]


class UnionByName(UnitByName):
    """A living union by the name of its unit."""

    def clean(self, value: Any) -> Any:
        """The one union that is called like this."""
        unit = super().clean(value)
        if unit is None:
            return None
        union = Union.objects.filter(unit=unit, until=None).first()
        if union is None:
            raise forms.ValidationError(_("This unit is no living union."))
        return union


class FoundingForm(ActForm):
    """An application to found a union."""

    name = forms.CharField(label=_("Name of the union"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=UnionKind.choices, initial=UnionKind.SINGLE)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices, initial=Level.GRASSROOTS)
    parent = UnitByName(label=_("Superior union"), help_text=_("It decides the application."))
    employer = EmployerByName(
        label=_("Employer"), required=False, help_text=_("Its social credit code, or its full name.")
    )
    ownership = forms.ChoiceField(label=_("Unit type"), choices=optional(Ownership.choices), required=False)
    industry = forms.ChoiceField(label=_("Industry"), choices=optional(Industry.choices), required=False)
    worker_kind = forms.ChoiceField(
        label=_("Kind of worker"),
        choices=optional(WorkerKind.choices),
        required=False,
        help_text=_("Only where the union is for one kind of worker."),
    )
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    workers = forms.IntegerField(label=_("Workers"), min_value=1)
    members = forms.IntegerField(label=_("Members who have signed"), min_value=0)
    women = forms.IntegerField(label=_("Women among them"), min_value=0)
    committee_size = forms.IntegerField(
        label=_("Committee seats"), min_value=0, help_text=_("One means an organiser without a committee.")
    )
    years = forms.TypedChoiceField(label=_("Years of a term"), coerce=int, choices=[(3, "3"), (5, "5")])
    chair_name = forms.CharField(label=_("Proposed chair"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["committee_size"].article = LAW["single_committee_from"].article  # type: ignore[attr-defined]
        self.fields["years"].article = LAW["term_years_above"].article  # type: ignore[attr-defined]
        if self.row is not None:
            for name in self.fields:
                self.fields[name].initial = getattr(self.row, name)
            self.fields["parent"].initial = self.row.parent.name
            self.fields["employer"].initial = self.row.employer.name if self.row.employer else ""


class SignForm(ActForm):
    """One signature under an application."""

    verdict = forms.ChoiceField(label=_("Decision"), choices=Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def facts(self) -> dict[str, Any]:
        """The keywords of the action."""
        return {**self.cleaned_data, "verdict": Verdict(self.cleaned_data["verdict"])}


class DayForm(ActForm):
    """The day from which an act holds."""

    on = DateField(label=_("From this day"))


class AffiliateForm(DayForm):
    """Another superior union."""

    parent = UnitByName(label=_("New superior union"))


class MergeForm(DayForm):
    """The union that takes another over."""

    into = UnionByName(label=_("Union that takes it over"))


class DissolveForm(DayForm):
    """Why a union ends."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class RenameForm(ActForm):
    """Another name."""

    name = forms.CharField(label=_("Name of the union"), max_length=120)
    short_name = forms.CharField(label=_("Short name"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.row is not None:
            self.initial = {"name": self.row.unit.name, "short_name": self.row.unit.short_name}


class DescribeForm(ActForm):
    """What a union says of itself."""

    code = forms.CharField(label=_("Union code"), max_length=30, required=False)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    chair = forms.CharField(
        label=_("Chair"),
        max_length=60,
        required=False,
        help_text=_("The name, as in the register of persons."),
    )
    fulltime_cadres = forms.IntegerField(label=_("Full-time cadres"), min_value=0, max_value=32767)
    parttime_cadres = forms.IntegerField(label=_("Part-time cadres"), min_value=0, max_value=32767)
    ownership = forms.ChoiceField(label=_("Unit type"), choices=optional(Ownership.choices), required=False)
    industry = forms.ChoiceField(label=_("Industry"), choices=optional(Industry.choices), required=False)
    worker_kind = forms.ChoiceField(
        label=_("Kind of worker"), choices=optional(WorkerKind.choices), required=False
    )
    registration = forms.ChoiceField(label=_("Registration"), choices=Registration.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].article = LAW["union_code"].article  # type: ignore[attr-defined]
        if self.row is not None:
            self.initial = {name: getattr(self.row, name) for name in self.fields}
            self.initial["chair"] = self.row.chair.name if self.row.chair else ""

    def clean_chair(self) -> Person | None:
        """The present chair, or the one person of this name whose file the union or one below it keeps."""
        name = self.cleaned_data["chair"]
        if not name or (self.row.chair and self.row.chair.name == name):
            return self.row.chair if name else None
        found = person_called(name, self.row.unit, self.actor)
        if found is None:
            said = _(
                "This union's register has no person of this name, or more than one: elect the chair instead."
            )
            raise forms.ValidationError(said)
        return found


class CoverForm(ActForm):
    """An employer to cover."""

    employer = EmployerByName(label=_("Employer"), help_text=_("Its social credit code, or its full name."))
    since = DateField(label=_("Since"))


class BodyForm(ActForm):
    """A committee."""

    kind = forms.ChoiceField(label=_("Kind"), choices=BodyKind.choices)
    members = forms.IntegerField(label=_("Committee members"), min_value=1, max_value=999)
    women = forms.IntegerField(label=_("Women among them"), min_value=0, max_value=999)
    since = DateField(label=_("Since"))


class CertifyForm(ActForm):
    """A legal-person certificate."""

    number = forms.CharField(label=_("Certificate number"), max_length=40)
    representative = forms.CharField(label=_("Legal representative"), max_length=60)
    since = DateField(label=_("Issued on"))
    expires = DateField(label=_("Expires"), help_text=_("The first day on which it holds no more."))
    change = forms.BooleanField(
        label=_("Issued for a change of name, address or representative"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].article = LAW["certificate_renewal_days"].article  # type: ignore[attr-defined]


class RateForm(DayForm):
    """A rating."""

    standardised = forms.BooleanField(label=_("Standardised"), required=False, initial=True)
    score = forms.DecimalField(label=_("Score"), required=False, max_digits=5, decimal_places=1)


class RemoveForm(ActForm):
    """The vote that removes a chair."""

    votes = forms.IntegerField(label=_("Votes for the removal"), min_value=0)
    whole = forms.IntegerField(label=_("All members or representatives"), min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whole"].article = LAW["removal"].article  # type: ignore[attr-defined]


class ElectForm(ActForm):
    """The count of an election."""

    body = forms.ChoiceField(label=_("Body elected"), choices=ElectedBody.choices)
    on = DateField(label=_("Day of the election"))
    due = forms.IntegerField(label=_("Due to attend"), min_value=1)
    present = forms.IntegerField(label=_("Present"), min_value=0)
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=999)
    secret = forms.BooleanField(label=_("Secret ballot"), required=False, initial=True)
    names = forms.CharField(
        label=_("Candidates and votes"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "One candidate a line: the name, then the votes. "
            "A star after the votes marks a close relative of the chief executive."
        ),
    )
    years = forms.TypedChoiceField(label=_("Years of the term"), coerce=int, choices=[(3, "3"), (5, "5")])
    run_off_of = forms.ModelChoiceField(
        label=_("Run-off of"), queryset=Election.objects.none(), required=False, empty_label="—"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["names"].article = LAW["barred_relatives"].article  # type: ignore[attr-defined]
        self.fields["present"].article = LAW["quorum"].article  # type: ignore[attr-defined]
        if self.row is not None:
            earlier = Election.objects.filter(union=self.row, valid=True, run_off_of=None)
            self.fields["run_off_of"].queryset = earlier.order_by("-on")  # type: ignore[attr-defined]

    def clean_names(self) -> tuple[Name, ...]:
        """The names on the ballot; whoever is alone of the name in the union's register is linked."""
        found = []
        for number, line in enumerate(
            filter(None, map(str.strip, self.cleaned_data["names"].splitlines())), 1
        ):
            match = LINE.match(line)
            if match is None:
                said = _("Line %(number)s is not a name and its votes: %(line)s")
                raise forms.ValidationError(said, params={"number": number, "line": line})
            person = person_called(match["name"], self.row.unit, self.actor)
            found.append(
                Name(match["name"], int(match["votes"]), person.pk if person else None, bool(match["star"]))
            )
        return tuple(found)


def person_called(name: str, unit: Unit, actor: Any) -> Person | None:
    """The one person of this name whose file the unit or one below it keeps, in the actor's reach."""
    rows = visible(Person, actor).within(unit.path or "").filter(name=name, merged_into=None)
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None
