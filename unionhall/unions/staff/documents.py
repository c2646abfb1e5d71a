"""Drafts of official papers as .docx in the layout of GB/T 9704-2012 (DOMAIN §4).

A4, margins 37/35/28/26 mm, 22 lines a page at 28.99 pt, 28 characters a line; title 22 pt 小标宋 centred, body 16 pt
仿宋, date four characters from the right. The fonts are named in the file and never shipped: Word and LibreOffice take
their own where they are missing.
"""

import io
from collections.abc import Sequence
from datetime import date

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.pkgwriter import PackageWriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from unionhall.unions.models import Founding

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LINE = Pt(28.99)
BODY, TITLE = Pt(16), Pt(22)
FANGSONG, XIAOBIAOSONG = "仿宋_GB2312", "方正小标宋简体"
CHARACTER = Pt(15.79)
SMALL_YEAR = "〔    〕"


def request_for_founding(founding: Founding) -> bytes:
    """The written request (请示) of the preparing group to the superior union."""
    subject = founding.employer.name if founding.employer else founding.name
    opened = founding.case.opened_on
    facts = (
        f"{subject}现有职工{founding.workers}人，其中自愿加入工会并提出书面申请的{founding.members}人"
        f"（女{founding.women}人）。根据《中华人民共和国工会法》《中国工会章程》有关规定，"
        f"为维护职工合法权益，拟成立{founding.name}。"
    )
    committee = (
        f"工会委员会拟设委员{founding.committee_size}名，任期{founding.years}年，"
        f"{founding.chair_name}同志为工会主席候选人人选。"
        if founding.committee_size > 1
        else f"拟选举组织员1名，任期{founding.years}年，{founding.chair_name}同志为候选人人选。"
    )
    return _paper(
        title=f"关于成立{founding.name}的请示",
        number="",
        addressed=founding.parent.name,
        paragraphs=(facts, committee, "妥否，请批示。"),
        signed=f"{founding.name}筹备组",
        on=opened,
    )


def reply(founding: Founding) -> bytes:
    """The reply (批复) of the superior union; undated until the case is decided."""
    on = founding.case.closed_on
    received = _chinese(founding.case.opened_on)
    chosen = f"委员会由{founding.committee_size}名委员组成" if founding.committee_size > 1 else "设组织员1名"
    agreed = (
        f"你们{received}《关于成立{founding.name}的请示》收悉。经研究，同意成立{founding.name}，"
        f"{chosen}，每届任期{founding.years}年。"
    )
    asked = (
        "请按照《中华人民共和国工会法》《中国工会章程》和工会基层组织选举的有关规定，"
        "召开会员大会或会员代表大会，以无记名投票方式选举产生工会组织，并将选举结果报我会审批。"
    )
    return _paper(
        title=f"关于同意成立{founding.name}的批复",
        number=f"×工发{SMALL_YEAR}    号",
        addressed=f"{founding.name}筹备组",
        paragraphs=(agreed, asked, "此复。"),
        signed=founding.parent.name,
        on=on,
    )


def _paper(
    *, title: str, number: str, addressed: str, paragraphs: Sequence[str], signed: str, on: date | None
) -> bytes:
    paper = Document()
    _page(paper)
    if number:
        _line(paper, number, centred=True)
        _line(paper, "")
    _line(paper, title, font=XIAOBIAOSONG, size=TITLE, centred=True)
    _line(paper, "")
    _line(paper, f"{addressed}：")
    for text in paragraphs:
        _line(paper, text, indent=True)
    _line(paper, "")
    day = _chinese(on) if on else "    年  月  日"
    _right(paper, signed, characters=max(2.0, 4 + len(day) / 2 - len(signed) / 2))
    _right(paper, day, characters=4)
    return _packed(paper)


def _packed(paper: Paper) -> bytes:
    package, stream = paper.part.package, io.BytesIO()
    for part in package.parts:
        part.before_marshal()
    PackageWriter.write(stream, package.rels, package.parts)  # type: ignore[no-untyped-call]
    return stream.getvalue()


def _page(paper: Paper) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(round(LINE.pt * 20)))
    body = section._sectPr  # noqa: SLF001  python-docx has no public way to the grid of lines
    for old in body.findall(qn("w:docGrid")):
        body.remove(old)
    body.append(grid)
    _font(paper.styles["Normal"].element.get_or_add_rPr(), FANGSONG)
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    paper.styles["Normal"].element.get_or_add_rPr().append(language)


def _line(
    paper: Paper,
    text: str,
    *,
    font: str = FANGSONG,
    size: Pt = BODY,
    centred: bool = False,
    indent: bool = False,
) -> Paragraph:
    paragraph = paper.add_paragraph()
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    shape.space_before = shape.space_after = Pt(0)
    shape.widow_control = False
    shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.JUSTIFY
    if indent:
        shape.first_line_indent = CHARACTER * 2
    run = paragraph.add_run(text)
    run.font.size = size
    properties = run._element.get_or_add_rPr()  # noqa: SLF001  nor to the East Asian font
    _font(properties, font)
    if size == BODY:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), "-4")
        properties.append(spacing)
    return paragraph


def _right(paper: Paper, text: str, *, characters: float) -> None:
    paragraph = _line(paper, text)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.right_indent = Pt(CHARACTER.pt * characters)


def _font(properties: object, name: str) -> None:
    fonts = properties.get_or_add_rFonts()  # type: ignore[attr-defined]
    for place in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{place}"), name)


def _chinese(day: date) -> str:
    """A day as official papers write it: Arabic numerals without padding noughts."""
    return f"{day.year}年{day.month}月{day.day}日"
