"""The doors of the house, in menu order. A new module is a line here, one in settings, a word in the floors."""

from unionhall.desk import module as desk
from unionhall.kernel.module import Module
from unionhall.people import module as people
from unionhall.report import module as report

REGISTER: tuple[Module, ...] = (people.MODULE,)
REPORT = report.door(REGISTER)
MODULES: tuple[Module, ...] = (desk.door((*REGISTER, REPORT)), *REGISTER, REPORT)
