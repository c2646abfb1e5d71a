from unionhall.kernel.testing.module import ModuleProof
from unionhall.people.module import MODULE


class TestPeople(ModuleProof):
    module = MODULE
    unreached = {"reseal_slice": "the command `unionhall reseal` runs it slice by slice"}
