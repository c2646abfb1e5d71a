from decimal import Decimal

import pytest
from django import forms
from django.test import RequestFactory
from django.utils import translation

from unionhall.kernel.templatetags.face import active_filters, figure, icon, state


class Household(forms.Form):
    name = forms.CharField(required=False, label="姓名")
    kind = forms.ChoiceField(
        required=False, label="类别", choices=[("deep", "深度困难"), ("edge", "相对困难")]
    )


class Narrowed:
    def __init__(self, query):
        self.form = Household(query)


@pytest.mark.parametrize(
    ("amount", "shown", "words"),
    [
        (9999, "9,999", ""),
        (10000, "10,000", "1.00万"),
        (Decimal("3862140.50"), "3,862,140.50", "386.21万"),
        (Decimal("52.2"), "52.2", ""),
        (-250_000_000, "-250,000,000", "-2.50亿"),
    ],
)
def test_a_number_says_itself_in_wan_and_yi_on_hover(amount, shown, words):
    with translation.override("zh-hans"):
        assert figure(amount) == f'<data class="u-figure" value="{amount}" title="{words}">{shown}</data>'


def test_an_english_reader_gets_millions():
    with translation.override("en"):
        assert 'title="1.23 million">1,234,567<' in figure(1234567)


def test_nothing_is_a_dash_and_text_stays_text():
    assert figure(None) == '<span class="u-none">—</span>'
    assert figure(0).endswith(">0</data>")
    assert figure("<b>") == "<b>"


def test_a_state_is_word_and_icon_and_an_unknown_tone_is_muted():
    assert "在册</span>" in state("在册", "good")
    assert "#tabler-circle-check" in state("在册", "good")
    assert "u-tone-muted" in state("?", "loud")
    assert "&lt;b&gt;" in state("<b>", "good")


def test_no_icon_name_is_no_icon():
    assert icon("") == ""


def test_a_chip_names_the_choice_and_its_address_drops_only_that_filter_and_the_page():
    request = RequestFactory().get("/", {"name": "王", "kind": "deep", "sort": "-name", "page": "3"})
    chips = active_filters({"request": request, "filter": Narrowed(request.GET)})
    assert chips == [
        {"label": "姓名", "value": "王", "url": "?kind=deep&sort=-name"},
        {"label": "类别", "value": "深度困难", "url": "?name=%E7%8E%8B&sort=-name"},
    ]


def test_an_untouched_filter_has_no_chips():
    request = RequestFactory().get("/")
    assert active_filters({"request": request, "filter": Narrowed(None)}) == []
