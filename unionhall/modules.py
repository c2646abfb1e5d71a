"""The doors of the house, in the order of the menu. Adding a module is one line here, one in settings, one in the floors."""

from unionhall.kernel.module import Module

MODULES: tuple[Module, ...] = ()
