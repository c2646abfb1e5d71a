"""The published tree of three federations: regions with their GB/T 2260 codes, industrial and trade unions.

Regions and townships are public geography (state of the national list of 2022; townships with the last three
digits of its 9-digit codes). Only a handful of townships of each county is listed. Nothing here is made up.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from unionhall.people.rules.names import reading


class Level(StrEnum):
    """Level of a region."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"


@dataclass(frozen=True, slots=True)
class Region:
    """A region; `parent` is the code of the one above it, `ended` the year it was abolished or merged in."""

    code: str
    name: str
    english: str
    level: Level
    parent: str = ""
    ended: int | None = None
    generated: bool = False


@dataclass(frozen=True, slots=True)
class RegionChange:
    """Regions that were put in the place of others, made public in `month` of `year`."""

    year: int
    month: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    what: str


@dataclass(frozen=True, slots=True)
class TradeUnion:
    """A union of an industry (产业工会) or of a trade (行业工会联合会) under a city's federation."""

    key: str
    name: str
    english: str


PROVINCES = (
    Region("130000", "河北省", "Hebei Province", Level.PROVINCE),
    Region("230000", "黑龙江省", "Heilongjiang Province", Level.PROVINCE),
    Region("370000", "山东省", "Shandong Province", Level.PROVINCE),
)

_PREFECTURES = """
1301 石家庄市 Shijiazhuang|1302 唐山市 Tangshan|1303 秦皇岛市 Qinhuangdao|1304 邯郸市 Handan
1305 邢台市 Xingtai|1306 保定市 Baoding|1307 张家口市 Zhangjiakou|1308 承德市 Chengde|1309 沧州市 Cangzhou
1310 廊坊市 Langfang|1311 衡水市 Hengshui
2301 哈尔滨市 Harbin|2302 齐齐哈尔市 Qiqihar|2303 鸡西市 Jixi|2304 鹤岗市 Hegang|2305 双鸭山市 Shuangyashan
2306 大庆市 Daqing|2307 伊春市 Yichun|2308 佳木斯市 Jiamusi|2309 七台河市 Qitaihe|2310 牡丹江市 Mudanjiang
2311 黑河市 Heihe|2312 绥化市 Suihua|2327 大兴安岭地区 Da Hinggan Ling
3701 济南市 Jinan|3702 青岛市 Qingdao|3703 淄博市 Zibo|3704 枣庄市 Zaozhuang|3705 东营市 Dongying
3706 烟台市 Yantai|3707 潍坊市 Weifang|3708 济宁市 Jining|3709 泰安市 Tai'an|3710 威海市 Weihai
3711 日照市 Rizhao|3713 临沂市 Linyi|3714 德州市 Dezhou|3715 聊城市 Liaocheng|3716 滨州市 Binzhou
3717 菏泽市 Heze
"""

_COUNTIES = """
230102 道里区 Daoli District|230103 南岗区 Nangang District|230104 道外区 Daowai District
230108 平房区 Pingfang District|230109 松北区 Songbei District|230110 香坊区 Xiangfang District
230111 呼兰区 Hulan District|230112 阿城区 Acheng District|230113 双城区 Shuangcheng District
230123 依兰县 Yilan County|230124 方正县 Fangzheng County|230125 宾县 Bin County
230126 巴彦县 Bayan County|230127 木兰县 Mulan County|230128 通河县 Tonghe County
230129 延寿县 Yanshou County|230183 尚志市 Shangzhi City|230184 五常市 Wuchang City
370102 历下区 Lixia District|370103 市中区 Shizhong District|370104 槐荫区 Huaiyin District
370105 天桥区 Tianqiao District|370112 历城区 Licheng District|370113 长清区 Changqing District
370114 章丘区 Zhangqiu District|370115 济阳区 Jiyang District|370116 莱芜区 Laiwu District
370117 钢城区 Gangcheng District|370124 平阴县 Pingyin County|370126 商河县 Shanghe County
"""

# Regions that are no more; identity numbers and old rosters still carry their codes.
ABOLISHED = (
    Region("230106", "香坊区", "Xiangfang District", Level.COUNTY, "230100", 2006),
    Region("230107", "动力区", "Dongli District", Level.COUNTY, "230100", 2006),
    Region("230121", "呼兰县", "Hulan County", Level.COUNTY, "230100", 2004),
    Region("230181", "阿城市", "Acheng City", Level.COUNTY, "230100", 2006),
    Region("230182", "双城市", "Shuangcheng City", Level.COUNTY, "230100", 2014),
    Region("370125", "济阳县", "Jiyang County", Level.COUNTY, "370100", 2018),
    Region("370181", "章丘市", "Zhangqiu City", Level.COUNTY, "370100", 2016),
    Region("371200", "莱芜市", "Laiwu", Level.PREFECTURE, "370000", 2019),
    Region("371202", "莱城区", "Laicheng District", Level.COUNTY, "371200", 2019),
    Region("371203", "钢城区", "Gangcheng District", Level.COUNTY, "371200", 2019),
)

# Months are general knowledge, unconfirmed. Changes before 2004 are not listed.
CHANGES = (
    RegionChange(2004, 2, ("230121",), ("230111",), "呼兰县改设呼兰区"),
    RegionChange(2006, 8, ("230181",), ("230112",), "阿城市改设阿城区"),
    RegionChange(2006, 8, ("230106", "230107"), ("230110",), "香坊区、动力区合并设立新的香坊区"),
    RegionChange(2014, 5, ("230182",), ("230113",), "双城市改设双城区"),
    RegionChange(2016, 12, ("370181",), ("370114",), "章丘市改设章丘区"),
    RegionChange(2018, 6, ("370125",), ("370115",), "济阳县改设济阳区"),
    RegionChange(2019, 1, ("371200", "371202", "371203"), ("370116", "370117"), "莱芜市并入济南市"),
)

_TOWNSHIPS = MappingProxyType(
    {
        "230102": "001兆麟街道 002新阳路街道 003抚顺街道 004共乐街道 005新华街道 103新农镇 104榆树镇",
        "230103": "001花园街道 002奋斗路街道 003革新街道 004文化街道 005大成街道 101王岗镇 201红旗满族乡",
        "230104": "001靖宇街道 002太古街道 003东莱街道 004滨江街道 005仁里街道 111团结镇 112民主镇",
        "230108": "001兴建街道 002保国街道 003联盟街道 004友协街道 005新疆街道 009平盛街道 101平房镇",
        "230109": "002太阳岛街道 003松浦街道 004万宝街道 005松北街道 006松安街道 101对青山镇 102乐业镇",
        "230110": "001香坊大街街道 002安埠街道 003通天街道 004新香坊街道 005铁东街道 103朝阳镇 104向阳镇",
        "230111": "001呼兰街道 002兰河街道 003腰堡街道 004利民街道 005康金街道 203许堡乡 205孟家乡",
        "230112": "001金城街道 002金都街道 003通城街道 004河东街道 005阿什河街道 109红星镇 112金龙山镇",
        "230113": "002五家街道 003新兴街道 004兰棱街道 005周家街道 006公正街道 216希勤满族乡 217同心满族乡",
        "230123": "100依兰镇 101达连河镇 102江湾镇 103三道岗镇 104道台桥镇 201愚公乡 202迎兰朝鲜族乡",
        "230124": "100方正镇 101会发镇 102大罗密镇 103得莫利镇 200天门乡 202德善乡 204宝兴乡",
        "230125": "100宾州镇 101居仁镇 102宾西镇 103糖坊镇 104宾安镇 205经建乡 210三宝乡",
        "230126": "100巴彦镇 101兴隆镇 102西集镇 103洼兴镇 104龙泉镇 212山后乡 214镇东乡",
        "230127": "100木兰镇 101东兴镇 102大贵镇 103利东镇 104柳河镇 200建国乡 203吉兴乡",
        "230128": "100通河镇 101乌鸦泡镇 102清河镇 103浓河镇 104凤山镇 106富林镇 107三站镇",
        "230129": "100延寿镇 101六团镇 102中和镇 103加信镇 104延河镇 205寿山乡 209青川乡",
        "230183": "100尚志镇 101一面坡镇 102苇河镇 103亚布力镇 104帽儿山镇 209马延乡 211河东乡",
        "230184": "100五常镇 101拉林满族镇 102山河镇 103小山子镇 104安家镇 215兴隆乡 216二河乡",
        "370102": "001解放路街道 002千佛山街道 003趵突泉街道 004泉城路街道 012龙洞街道 013智远街道",
        "370103": "002大观园街道 003杆石桥街道 004四里村街道 006魏家庄街道 021党家街道 022陡沟街道",
        "370104": "001振兴街街道 002中大槐树街道 003道德街街道 004西市场街道 015玉清湖街道 016吴家堡街道",
        "370105": "001无影山街道 003天桥东街街道 004北村街道 005南村街道 016桑梓店街道 017大桥街道",
        "370112": "001山大路街道 002洪家楼街道 003东风街道 004全福街道 007华山街道 020唐王街道 021西营街道",
        "370113": "001文昌街道 002崮云湖街道 003平安街道 004五峰山街道 005归德街道 107马山镇 108双泉镇",
        "370114": "001明水街道 002双山街道 003枣园街道 004龙山街道 005埠村街道 017黄河街道 101垛庄镇",
        "370115": "001济阳街道 002济北街道 003崔寨街道 004孙耿街道 005回河街道 104仁风镇 110新市镇",
        "370116": "001凤城街道 002张家洼街道 003高庄街道 004鹏泉街道 005口镇街道 109茶业口镇 110和庄镇",
        "370117": "001艾山街道 002里辛街道 003汶源街道 004颜庄街道 005辛庄街道",
        "370124": "001榆山街道 002锦水街道 102东阿镇 103孝直镇 104孔村镇 106玫瑰镇 107安城镇",
        "370126": "001许商街道 101殷巷镇 102怀仁镇 104龙桑寺镇 105郑路镇 111沙河镇 112张坊镇",
    }
)

_TOWNSHIP_KINDS = (
    ("朝鲜族乡", "Korean Township"),
    ("满族锡伯族镇", "Manchu and Xibe Town"),
    ("满族镇", "Manchu Town"),
    ("满族乡", "Manchu Township"),
    ("街道", "Subdistrict"),
    ("镇", "Town"),
    ("乡", "Township"),
)

# Industrial unions (产业工会) of the Harbin federation, by the usual division of a city's industrial unions.
HARBIN_INDUSTRIAL_UNIONS = (
    TradeUnion(
        "education", "哈尔滨市教科文卫体工会", "Harbin Education, Science, Culture, Health and Sport Union"
    ),
    TradeUnion("finance_trade", "哈尔滨市财贸轻工工会", "Harbin Finance, Trade and Light Industry Union"),
    TradeUnion("construction", "哈尔滨市建设交通工会", "Harbin Construction and Transport Union"),
    TradeUnion("machinery", "哈尔滨市机械冶金工会", "Harbin Machinery and Metallurgy Union"),
    TradeUnion("energy", "哈尔滨市能源化学地质工会", "Harbin Energy, Chemistry and Geology Union"),
    TradeUnion("farming", "哈尔滨市农林水利工会", "Harbin Agriculture, Forestry and Water Union"),
    TradeUnion("offices", "哈尔滨市机关事业工会", "Harbin Offices and Institutions Union"),
)

# Unions of trades, most of them of new forms of employment.
TRADE_UNIONS = (
    TradeUnion("new_forms", "新业态工会联合会", "Federation of Unions of New Forms of Business"),
    TradeUnion("courier", "快递行业工会联合会", "Federation of Courier Unions"),
    TradeUnion("truck", "物流和货车司机工会", "Logistics and Truck Drivers' Union"),
    TradeUnion("ride_hailing", "网约车行业工会联合会", "Federation of Ride-Hailing Unions"),
    TradeUnion("mall", "商场信息员联合工会", "Joint Union of Mall Information Officers"),
    TradeUnion("livestream", "网络主播企业联合工会", "Joint Union of Livestreaming Companies"),
    TradeUnion("delivery", "外卖配送行业工会联合会", "Federation of Food Delivery Unions"),
    TradeUnion("domestic", "家政服务行业工会联合会", "Federation of Domestic Service Unions"),
    TradeUnion("security", "保安行业工会联合会", "Federation of Security Guard Unions"),
)


def prefectures(province: str, *, year: int) -> tuple[Region, ...]:
    """The cities and prefectures of a province at the end of a year, in the order of their codes."""
    standing = [region for region in _listed(_PREFECTURES, Level.PREFECTURE) if region.parent == province]
    return _with_abolished(standing, Level.PREFECTURE, province, year)


def counties(city: str, *, year: int) -> tuple[Region, ...]:
    """The districts, counties and county cities of Harbin, Jinan or Laiwu at the end of a year since 2005."""
    standing = [region for region in _listed(_COUNTIES, Level.COUNTY) if region.parent == city]
    return _with_abolished(standing, Level.COUNTY, city, year)


def townships(county: str) -> tuple[Region, ...]:
    """Some townships and subdistricts of a county of Harbin or Jinan, with the national 9-digit codes."""
    return tuple(
        Region(county + entry[:3], entry[3:], _english(entry[3:]), Level.TOWNSHIP, county)
        for entry in _TOWNSHIPS[county].split()
    )


def generated_townships(county: str, count: int) -> tuple[Region, ...]:
    """Up to 100 made-up townships, flagged `generated`, with codes from 900 on that no real one has."""
    firsts, seconds = "福兴永安长太新东西南", "和盛平宁泰丰隆顺康庆"
    names = [first + second for second in seconds for first in firsts][:count]
    return tuple(
        Region(
            f"{county}{900 + number}",
            f"{name}镇",
            _english(f"{name}镇"),
            Level.TOWNSHIP,
            county,
            generated=True,
        )
        for number, name in enumerate(names)
    )


def _with_abolished(standing: list[Region], level: Level, parent: str, year: int) -> tuple[Region, ...]:
    """The regions of a year: those since abolished instead of those that took their place later."""
    later = {code for change in CHANGES if change.year > year for code in change.new}
    earlier = {code for change in CHANGES if change.year > year for code in change.old}
    then = [region for region in standing if region.code not in later]
    gone = [one for one in ABOLISHED if one.level is level and one.parent == parent and one.code in earlier]
    return tuple(sorted([*then, *gone], key=lambda region: region.code))


def _listed(text: str, level: Level) -> Iterator[Region]:
    for entry in text.replace("\n", "|").split("|"):
        if entry:
            code, name, english = entry.split(" ", 2)
            whole = code.ljust(6, "0")
            parent = whole[:2] + "0000" if level is Level.PREFECTURE else whole[:4] + "00"
            yield Region(whole, name, english, level, parent)


def _english(name: str) -> str:
    kind, word = next((kind, word) for kind, word in _TOWNSHIP_KINDS if name.endswith(kind))
    return "".join(map(reading, name.removesuffix(kind))).capitalize() + " " + word
