"""Code lists of a person: schooling, household, and the kinds of worker a union counts apart."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Education(TextChoices):
    """Highest completed schooling; the values are the main groups of GB/T 4658-2006."""

    POSTGRADUATE = "10", _("Postgraduate")
    BACHELOR = "20", _("Bachelor")
    COLLEGE = "30", _("College")
    VOCATIONAL = "40", _("Secondary vocational school")
    HIGH_SCHOOL = "60", _("High school")
    MIDDLE_SCHOOL = "70", _("Middle school")
    PRIMARY_SCHOOL = "80", _("Primary school")
    OTHER = "90", _("Other schooling")


class HouseholdKind(TextChoices):
    """Kind of household registration: the three of the hardship file (DOMAIN 2.3) and the merged one."""

    AGRICULTURAL = "agricultural", _("Agricultural household")
    NON_AGRICULTURAL = "non_agricultural", _("Non-agricultural household")
    CONVERTED = "converted", _("Converted from agricultural to urban household")
    RESIDENT = "resident", _("Unified resident household")


class WorkerKind(TextChoices):
    """Kinds of worker whose joining and care are counted apart."""

    EMPLOYEE = "employee", _("Employee of a unit")
    DISPATCHED = "dispatched", _("Dispatched worker")
    MIGRANT = "migrant", _("Migrant worker")
    TRUCK_DRIVER = "truck_driver", _("Truck driver")
    COURIER = "courier", _("Courier")
    CARE_WORKER = "care_worker", _("Care worker")
    DOMESTIC_WORKER = "domestic_worker", _("Domestic worker")
    MALL_INFORMATION_OFFICER = "mall_information_officer", _("Mall information officer")
    DELIVERY_RIDER = "delivery_rider", _("Delivery rider")
    ESTATE_AGENT = "estate_agent", _("Estate agent")
    SECURITY_GUARD = "security_guard", _("Security guard")
    RIDE_HAILING_DRIVER = "ride_hailing_driver", _("Ride-hailing driver")
    LIVESTREAMER = "livestreamer", _("Livestreamer")
    OTHER_NEW_FORM = "other_new_form", _("Other worker in a new form of employment")


# The eight groups (八大群体) whose joining the national federation has driven since 2018 (general knowledge).
EIGHT_GROUPS = frozenset(
    {
        WorkerKind.TRUCK_DRIVER,
        WorkerKind.COURIER,
        WorkerKind.CARE_WORKER,
        WorkerKind.DOMESTIC_WORKER,
        WorkerKind.MALL_INFORMATION_OFFICER,
        WorkerKind.DELIVERY_RIDER,
        WorkerKind.ESTATE_AGENT,
        WorkerKind.SECURITY_GUARD,
    }
)

# Workers in new forms of employment (新就业形态劳动者): the eight groups and those who work by platform.
NEW_FORMS = EIGHT_GROUPS | {
    WorkerKind.RIDE_HAILING_DRIVER,
    WorkerKind.LIVESTREAMER,
    WorkerKind.OTHER_NEW_FORM,
}
