"""The doors of the house, in menu order. A new module is a line here, one in settings, a word in the floors."""

from unionhall.desk import module as desk
from unionhall.employers import module as employers
from unionhall.kernel.module import Module
from unionhall.law import module as law
from unionhall.membership import module as membership
from unionhall.people import module as people
from unionhall.report import module as report
from unionhall.unions import module as unions

REGISTER: tuple[Module, ...] = (membership.MODULE, unions.MODULE, employers.MODULE, people.MODULE, law.MODULE)
REPORT = report.door(REGISTER)
MODULES: tuple[Module, ...] = (desk.door((*REGISTER, REPORT)), *REGISTER, REPORT)
