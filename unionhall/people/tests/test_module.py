from unionhall.kernel.testing.module import ModuleProof
from unionhall.people.module import MODULE


class TestPeople(ModuleProof):
    module = MODULE
