"""A case as a reader follows it: every desk of its chain, who signed, and where it waits."""

from typing import Any

from django.utils.translation import gettext as _

from unionhall.kernel.models import Case, CaseState, Unit, Verdict

TONES = {Verdict.APPROVE: "good", Verdict.RETURN: "warn", Verdict.REFUSE: "bad"}
STATES = {
    CaseState.OPEN: "info",
    CaseState.RETURNED: "warn",
    CaseState.APPROVED: "good",
    CaseState.REFUSED: "bad",
    CaseState.WITHDRAWN: "muted",
}


def state(case: Case) -> dict[str, Any]:
    """The state of a case as a badge."""
    return {"label": case.get_state_display(), "tone": STATES[CaseState(case.state)]}


def course(case: Case) -> list[dict[str, Any]]:
    """The steps of a case: opened, then each desk with its signatures, and the one where it waits."""
    units = Unit.objects.in_bulk([desk["unit"] for desk in case.desks])
    steps: list[dict[str, Any]] = [
        {
            "title": _("Handed in"),
            "who": case.applicant or "",
            "on": case.opened_on,
            "verdict": "",
            "tone": "good",
        }
    ]
    signed = list(case.decisions.select_related("signer").order_by("pk"))
    for place, desk in enumerate(case.desks):
        unit = units[desk["unit"]]
        decisions = [d for d in signed if d.desk == place]
        steps += [
            {
                "title": desk["title"] or str(unit),
                "who": f"{unit} · {decision.signer}",
                "on": decision.on,
                "verdict": decision.get_verdict_display(),
                "tone": TONES[Verdict(decision.verdict)],
                "note": decision.reason,
            }
            for decision in decisions
        ]
        waits = case.state == CaseState.OPEN and place == case.desk
        if waits or (not decisions and case.state == CaseState.OPEN):
            verdict = _("waits here") if waits else _("still to come")
            steps.append(
                {
                    "title": desk["title"] or str(unit),
                    "who": str(unit),
                    "on": case.due_on if waits else None,
                    "verdict": verdict,
                    "tone": "info" if waits else "muted",
                    "current": waits,
                }
            )
    return steps
