"""Plausible pieces of employers' names and the shares of kinds: general knowledge, for the demo only."""

from types import MappingProxyType

from unionhall.employers.rules import Industry, Ownership, Size

# Shares of unit types in per mille.
OWNERSHIP_SHARES = MappingProxyType(
    {
        Ownership.STATE: 15,
        Ownership.COLLECTIVE: 12,
        Ownership.COOPERATIVE: 4,
        Ownership.STATE_SOLE: 14,
        Ownership.LIMITED: 160,
        Ownership.STATE_HELD: 12,
        Ownership.JOINT_STOCK: 28,
        Ownership.PRIVATE: 420,
        Ownership.OTHER_DOMESTIC: 10,
        Ownership.HONG_KONG_MACAO_TAIWAN: 12,
        Ownership.FOREIGN: 18,
        Ownership.INSTITUTION: 120,
        Ownership.OFFICE: 70,
        Ownership.SELF_EMPLOYED: 80,
        Ownership.PRIVATE_NON_ENTERPRISE: 25,
    }
)

# Registering office and kind in a social credit code; enterprises have 91.
CODE_OFFICES = MappingProxyType(
    {
        Ownership.INSTITUTION: "12",
        Ownership.OFFICE: "11",
        Ownership.SELF_EMPLOYED: "92",
        Ownership.PRIVATE_NON_ENTERPRISE: "52",
    }
)
ENTERPRISE_OFFICE = "91"

# Characters of a firm's own name (字号).
FANCY = "鑫盛源泰恒隆达华瑞祥丰裕德信诚远宏博康宇辉腾龙凯创联新安顺通和兴润天海金汇百中东北方众嘉佳永正启明"

# Line of business as a firm's name gives it, with its industry and its share in per mille.
BUSINESSES: tuple[tuple[str, Industry, int], ...] = (
    ("农业科技", Industry.FARMING, 25),
    ("矿业", Industry.MINING, 8),
    ("机械制造", Industry.MANUFACTURING, 60),
    ("食品", Industry.MANUFACTURING, 50),
    ("制药", Industry.MANUFACTURING, 25),
    ("电气设备", Industry.MANUFACTURING, 40),
    ("热力", Industry.UTILITIES, 15),
    ("建筑工程", Industry.CONSTRUCTION, 70),
    ("装饰工程", Industry.CONSTRUCTION, 35),
    ("物流", Industry.TRANSPORT, 45),
    ("快递", Industry.TRANSPORT, 20),
    ("客运", Industry.TRANSPORT, 15),
    ("软件", Industry.INFORMATION, 35),
    ("网络科技", Industry.INFORMATION, 45),
    ("商贸", Industry.TRADE, 120),
    ("汽车销售", Industry.TRADE, 35),
    ("超市", Industry.TRADE, 35),
    ("餐饮管理", Industry.HOSPITALITY, 50),
    ("酒店", Industry.HOSPITALITY, 25),
    ("小额贷款", Industry.FINANCE, 8),
    ("房地产开发", Industry.REAL_ESTATE, 25),
    ("物业管理", Industry.REAL_ESTATE, 45),
    ("人力资源", Industry.BUSINESS_SERVICES, 25),
    ("保安服务", Industry.BUSINESS_SERVICES, 15),
    ("检测技术", Industry.SCIENCE, 25),
    ("环保工程", Industry.ENVIRONMENT, 20),
    ("家政服务", Industry.RESIDENT_SERVICES, 25),
    ("汽车维修", Industry.RESIDENT_SERVICES, 25),
    ("教育咨询", Industry.EDUCATION, 20),
    ("文化传媒", Industry.CULTURE, 33),
)

# End of the name by unit type.
FORMS = MappingProxyType(
    {
        Ownership.STATE: "总公司",
        Ownership.COLLECTIVE: "厂",
        Ownership.COOPERATIVE: "股份合作公司",
        Ownership.ASSOCIATED: "联营公司",
        Ownership.STATE_SOLE: "集团有限公司",
        Ownership.LIMITED: "有限责任公司",
        Ownership.STATE_HELD: "集团股份有限公司",
        Ownership.JOINT_STOCK: "股份有限公司",
        Ownership.PRIVATE: "有限公司",
        Ownership.OTHER_DOMESTIC: "合作社",
        Ownership.HONG_KONG_MACAO_TAIWAN: "（香港）有限公司",
        Ownership.FOREIGN: "（中国）有限公司",
        Ownership.SELF_EMPLOYED: "店",
    }
)

# Names of institutions, offices and private non-enterprise units: what stands after the place; {} is a number
# or the unit's own name.
INSTITUTIONS: tuple[tuple[str, Industry], ...] = (
    ("第{}中学校", Industry.EDUCATION),
    ("第{}小学校", Industry.EDUCATION),
    ("第{}幼儿园", Industry.EDUCATION),
    ("第{}职业高级中学", Industry.EDUCATION),
    ("第{}人民医院", Industry.HEALTH),
    ("第{}社区卫生服务中心", Industry.HEALTH),
    ("第{}环卫所", Industry.ENVIRONMENT),
    ("第{}文化馆", Industry.CULTURE),
    ("第{}农业技术推广站", Industry.FARMING),
)
OFFICES: tuple[tuple[str, Industry], ...] = tuple(
    (name, Industry.PUBLIC_ADMINISTRATION)
    for name in (
        "第{}税务所",
        "第{}司法所",
        "第{}市场监督管理所",
        "第{}街道办事处",
        "第{}公安派出所",
        "第{}财政所",
        "第{}交通管理大队",
    )
)
PRIVATE_UNITS: tuple[tuple[str, Industry], ...] = (
    ("{}幼儿园", Industry.EDUCATION),
    ("{}职业培训学校", Industry.EDUCATION),
    ("{}养老服务中心", Industry.HEALTH),
    ("{}社会工作服务中心", Industry.HEALTH),
)

# Shares of sizes in percent, and the workers that a size has: from, to.
SIZE_SHARES = MappingProxyType({Size.LARGE: 2, Size.MEDIUM: 10, Size.SMALL: 43, Size.MICRO: 45})
WORKERS = MappingProxyType(
    {Size.LARGE: (1000, 6000), Size.MEDIUM: (300, 1000), Size.SMALL: (25, 300), Size.MICRO: (3, 25)}
)
NUMERALS = "零一二三四五六七八九"
