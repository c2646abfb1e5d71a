"""Names: how they are sorted and found in Latin letters, and how they are shown masked."""

import re
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from pypinyin import Style, pinyin


class Pinyin(NamedTuple):
    """`key` sorts and finds (wangfang), `initials` finds (wf)."""

    key: str
    initials: str


def _readings(text: str) -> MappingProxyType[str, str]:
    return MappingProxyType(dict(pair.split(":") for pair in text.split()))


# Surnames read otherwise than the same character elsewhere.
SURNAME_READINGS = _readings("""
单:shan 曾:zeng 仇:qiu 区:ou 查:zha 解:xie 朴:piao 盖:ge 缪:miao 翟:zhai 折:she 黑:he
种:chong 秘:bi 繁:po 员:yun 乐:yue 召:shao 覃:qin 洗:xian 祭:zhai 隗:wei 佴:nai 卜:bu
乜:nie 阚:kan 牟:mu 薄:bo 藏:zang 都:du 难:ning
""")

# Surnames of two characters, a comma between their readings.
COMPOUND_SURNAMES = _readings("""
欧阳:ou,yang 上官:shang,guan 司马:si,ma 诸葛:zhu,ge 司徒:si,tu 东方:dong,fang 独孤:du,gu
南宫:nan,gong 万俟:mo,qi 闻人:wen,ren 夏侯:xia,hou 尉迟:yu,chi 公孙:gong,sun 皇甫:huang,fu
令狐:ling,hu 慕容:mu,rong 宇文:yu,wen 长孙:zhang,sun 呼延:hu,yan 端木:duan,mu 轩辕:xuan,yuan
澹台:tan,tai 鲜于:xian,yu 单于:chan,yu 太史:tai,shi 申屠:shen,tu 赫连:he,lian 百里:bai,li
东郭:dong,guo 西门:xi,men 拓跋:tuo,ba 司空:si,kong 淳于:chun,yu 濮阳:pu,yang 钟离:zhong,li
公冶:gong,ye 宗政:zong,zheng 左丘:zuo,qiu 第五:di,wu 完颜:wan,yan 叶赫:ye,he 爱新:ai,xin
""")

# Characters whose reading in a given name is not the dictionary's first.
GIVEN_READINGS = _readings("长:chang")

HAN = "[\u3007\u3400-\u9fff\U00020000-\U0003ffff]"
SHORTEST_WITH_COMPOUND = 3


def has_compound_surname(name: str) -> bool:
    """Whether the first two characters are the surname: 欧阳修 yes, 欧阳 (欧 + 阳) no."""
    return len(name) >= SHORTEST_WITH_COMPOUND and name[:2] in COMPOUND_SURNAMES


@cache
def reading(character: str) -> str:
    """Toneless reading of one character of a given name, ü as v; empty for a character nobody reads."""
    if character in GIVEN_READINGS:
        return GIVEN_READINGS[character]
    readings = pinyin(character, style=Style.NORMAL, heteronym=False, errors="ignore")
    return str(readings[0][0]) if readings else ""


def surname_reading(character: str) -> str:
    """Toneless reading of one character that is a surname."""
    return SURNAME_READINGS.get(character) or reading(character)


def pinyin_of(name: str) -> Pinyin:
    """Sort key and initials: 王芳 → wangfang, wf; 尉迟恭 → yuchigong, ycg; Anna Lee → annalee, al."""
    plain = re.sub(r"[\s·•‧・]", "", name) if re.search(HAN, name) else name
    syllables = _han_syllables(plain) if re.fullmatch(f"{HAN}+", plain) else _mixed_syllables(plain)
    return Pinyin("".join(syllables), "".join(syllable[0] for syllable in syllables))


def mask_name(name: str) -> str:
    """The surname and a star for each other character: 张*, 欧阳**; of a Latin name the first letter."""
    shown = 2 if has_compound_surname(name) else 1
    return name[:shown] + "*" * (len(name) - shown)


def _han_syllables(name: str) -> list[str]:
    if has_compound_surname(name):
        first, rest = COMPOUND_SURNAMES[name[:2]].split(","), name[2:]
    else:
        first, rest = [surname_reading(name[0])], name[1:]
    return [syllable for syllable in (*first, *map(reading, rest)) if syllable]


def _mixed_syllables(name: str) -> list[str]:
    """Words of Latin letters and digits as they stand, Chinese characters between them as given names."""
    pieces = re.findall(f"{HAN}|[a-z0-9]+", name.lower())
    return [syllable for piece in pieces if (syllable := reading(piece) if re.match(HAN, piece) else piece)]
