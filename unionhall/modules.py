"""The doors of the house, in menu order. A new module is a line here, one in settings, a word in the floors."""

from unionhall.desk import module as desk
from unionhall.employers import module as employers
from unionhall.kernel.module import Module
from unionhall.people import module as people
from unionhall.report import module as report

REGISTER: tuple[Module, ...] = (people.MODULE, employers.MODULE)
MODULES: tuple[Module, ...] = (desk.door(REGISTER), *REGISTER, report.door(REGISTER))
