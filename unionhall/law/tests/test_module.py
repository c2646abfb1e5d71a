from unionhall.kernel.testing.module import ModuleProof
from unionhall.law.module import MODULE


class TestLaw(ModuleProof):
    module = MODULE
