from unionhall.kernel.testing.module import ModuleProof
from unionhall.unions.module import MODULE


class TestUnions(ModuleProof):
    module = MODULE
