"""The rules of employers for whole columns at once; they agree with the scalar rules."""

import numpy as np
import numpy.typing as npt
import polars as pl

from unionhall.employers import rules
from unionhall.employers.rules import CodeFault
from unionhall.people.columns import Bytes, Mask, byte_matrix, clean

CODE_CHECKS = np.frombuffer(rules.ALPHABET.encode(), np.uint8)
BODY_CHECKS = np.frombuffer(rules.BODY_CHECKS.encode(), np.uint8)


def codes(texts: pl.Series) -> pl.Series:
    """Whole-column `normalise_code`; null stays null."""
    given = texts.cast(pl.String)
    cleaned = clean(given, rules.DROPPED, rules.FORM)
    return cleaned if cleaned is given else cleaned.str.to_uppercase()


def code_faults(texts: pl.Series) -> pl.Series:
    """The first `CodeFault` code of each social credit code, null where there is none; null is `empty`."""
    given = codes(texts).fill_null("")
    whole = given.str.contains(f"^{rules.FORM}$")
    text = pl.col("text")
    found = given.to_frame("text").select(
        pl.when(text.str.contains(f"^{rules.FORM}$"))
        .then(None)
        .when(text == "")
        .then(pl.lit(CodeFault.EMPTY.value))
        .when(text.str.len_chars() != rules.LENGTH)
        .then(pl.lit(CodeFault.LENGTH.value))
        .otherwise(pl.lit(CodeFault.CHARACTERS.value))
        .alias("fault")
    )
    rows = byte_matrix(given.filter(whole), rules.LENGTH)
    return found.to_series().scatter(whole.arg_true(), _faults_in_form(rows))


def body_checks(body: Bytes) -> Bytes:
    """The check character of each organisation code body (rows, 8): whole-column `body_check`."""
    return BODY_CHECKS[_weighed(body, rules.BODY_ALPHABET, rules.BODY_WEIGHTS) % 11]


def code_checks(start: Bytes) -> Bytes:
    """The 18th character of each code for its first 17 (rows, 17): whole-column `code_check`."""
    return CODE_CHECKS[-_weighed(start, rules.ALPHABET, rules.WEIGHTS) % 31]


def _faults_in_form(rows: Bytes) -> pl.Series:
    ordered = (
        (
            CodeFault.OFFICE,
            ~_among(rows[:, :2], [a + b for a, kinds in rules.OFFICES.items() for b in kinds]),
        ),
        (CodeFault.AREA, ~_among(rows[:, 2:4], list(rules.AREAS))),
        (CodeFault.BODY, body_checks(rows[:, 8:16]) != rows[:, 16]),
        (CodeFault.CHECK, code_checks(rows[:, :17]) != rows[:, 17]),
    )
    code = np.zeros(len(rows), np.uint32)
    for number, (_, wrong) in reversed(list(enumerate(ordered, 1))):
        code[wrong] = number
    words = pl.Series([None, *(fault.value for fault, _ in ordered)], dtype=pl.String)
    return words.gather(pl.Series(code))


def _among(pairs: Bytes, known: list[str]) -> Mask:
    """Whether each pair of bytes is one of the known pairs of characters."""
    table = np.zeros((128, 128), np.bool_)
    for pair in known:
        table[ord(pair[0]), ord(pair[1])] = True
    return table[pairs[:, 0], pairs[:, 1]]


def _weighed(characters: Bytes, alphabet: str, weights: tuple[int, ...]) -> npt.NDArray[np.int32]:
    """Weighted sum of the places that the characters have in the alphabet."""
    values = np.zeros(128, np.float32)
    values[np.frombuffer(alphabet.encode(), np.uint8)] = np.arange(len(alphabet))
    return np.rint(values[characters] @ np.array(weights, np.float32)).astype(np.int32)
