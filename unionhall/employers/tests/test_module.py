from unionhall.employers.module import MODULE
from unionhall.kernel.testing.module import ModuleProof


class TestEmployers(ModuleProof):
    module = MODULE
