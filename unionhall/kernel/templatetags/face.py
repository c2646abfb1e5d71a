from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.db.models import Model
from django.forms import ModelChoiceField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

register = template.Library()

TONE_ICONS = {
    "good": "circle-check",
    "warn": "alert-triangle",
    "bad": "alert-circle",
    "info": "info-circle",
    "gold": "award",
    "muted": "circle-dashed",
}
"""What a tone looks like to someone who does not see its colour."""

MESSAGE_TONES = {"success": "good", "warning": "warn", "error": "bad", "info": "info", "debug": "muted"}
"""Django's message levels as tones."""

CHINESE_STEPS = ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万"))
ENGLISH_STEPS = ((Decimal(1_000_000_000), " billion"), (Decimal(1_000_000), " million"))


@register.simple_tag
def icon(name: str, style: str = "") -> SafeString:
    """An outline icon of the sprite, silent to a screen reader; `name` is one of icons.txt."""
    if not name:
        return SafeString("")
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#tabler-{}"/></svg>',
        style,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def state(label: Any, tone: str = "muted") -> SafeString:
    """A state as word, icon and colour; `tone` is good, warn, bad, info, gold or muted."""
    known = tone if tone in TONE_ICONS else "muted"
    return format_html('<span class="u-state u-tone-{}">{}{}</span>', known, icon(TONE_ICONS[known]), label)


@register.filter
def message_tone(level_tag: str) -> str:
    """The tone of a Django message level: `error` is `bad`."""
    return MESSAGE_TONES.get(level_tag, "info")


@register.filter
def tone_icon(tone: str) -> str:
    """The name of the icon that says a tone without colour."""
    return TONE_ICONS.get(tone, TONE_ICONS["muted"])


def in_words(amount: Decimal) -> str:
    """A large amount as people say it: 1234567 is 123.46万, in English 1.23 million; empty when small."""
    chinese = (get_language() or "").startswith("zh")
    for step, word in CHINESE_STEPS if chinese else ENGLISH_STEPS:
        if abs(amount) >= step:
            return f"{amount / step:,.2f}{word}"
    return ""


@register.filter
def figure(value: Any) -> Any:
    """A number grouped by thousands with 万/亿 (or million) on hover; anything else is returned as it is."""
    if value is None or value == "":
        return SafeString('<span class="u-none">—</span>')
    if isinstance(value, str | bool):
        return value
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return value
    places = 0 if amount == amount.to_integral_value() else min(2, -int(amount.as_tuple().exponent))
    shown = f"{amount:,.{places}f}"
    words = in_words(amount)
    return format_html('<data class="u-figure" value="{}" title="{}">{}</data>', value, words, shown)


@register.simple_tag(takes_context=True)
def active_filters(context: dict[str, Any]) -> list[dict[str, str]]:
    """The filters in force as chips: `label`, `value` and the address of the same list without it."""
    form = context["filter"].form
    query = context["request"].GET
    if not form.is_bound:
        return []
    form.is_valid()
    chips = []
    for field in form.visible_fields():
        suffixes = getattr(field.field.widget, "suffixes", ())
        names = [field.html_name, *(f"{field.html_name}_{suffix}" for suffix in suffixes)]
        chosen = form.cleaned_data.get(field.name)
        shown = [
            chosen_label(field.field, value, chosen)
            for name in names
            for value in query.getlist(name)
            if value
        ]
        if shown:
            rest = query.copy()
            for name in [*names, "page"]:
                rest.pop(name, None)
            chips.append(
                {
                    "label": str(field.label),
                    "value": pgettext("between listed names", ", ").join(shown),
                    "url": f"?{rest.urlencode()}",
                }
            )
    return chips


def chosen_label(field: Any, value: str, chosen: Any) -> str:
    """What a filter's raw value is called: the row it names, the word of its choice, or the text itself."""
    if isinstance(chosen, Model):
        return str(chosen)
    if isinstance(field, ModelChoiceField):
        return value
    for key, label in getattr(field, "choices", ()):
        if str(key) == value:
            return str(label)
    return value


@register.filter
def absolute(number: int) -> int:
    """A number without its sign."""
    return abs(number)
