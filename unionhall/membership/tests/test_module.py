from unionhall.kernel.testing.module import ModuleProof
from unionhall.membership.module import MODULE


class TestMembership(ModuleProof):
    module = MODULE
    unreached = {"follow_person": "the follower of people's acts calls it: `standing.after_person`"}
