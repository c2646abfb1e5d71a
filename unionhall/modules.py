"""The doors of the house, in menu order. A new module is a line here, one in settings, a word in the floors."""

from unionhall.kernel.module import Module

MODULES: tuple[Module, ...] = ()
