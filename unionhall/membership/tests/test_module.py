from unionhall.kernel.testing.module import ModuleProof
from unionhall.membership.module import MODULE


class TestMembership(ModuleProof):
    module = MODULE
