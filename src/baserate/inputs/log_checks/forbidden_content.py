"""Values that no log may hold, told by their content wherever a text is allowed.

A pattern can only be suspicious: what it matches is refused, because a code that looks like a passport number serves
nobody, and random identifiers (ULID, UUID, hexadecimal HMAC) match none of the patterns.
"""

from __future__ import annotations

from dataclasses import dataclass

from baserate.engines.duckdb import text


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a kind of forbidden content looks.

    Parameters
    ----------
    code
        Name of the kind; a problem's code is ``forbidden-`` and this.
    regex
        RE2 expression; matched anywhere in the value, so it carries its own anchors.
    what
        What the value looks like.
    """

    code: str
    regex: str
    what: str


# The first that matches names the kind.
PATTERNS: tuple[Pattern, ...] = (
    Pattern("image", r"^(data:image/|/9j/|iVBORw0KGgo|R0lGOD|UklGR|Qk0[0-9A-Za-z+/]{40}|\x{00ff}\x{00d8}|\x{0089}PNG)",
            "the first bytes of an image"),
    Pattern("image", r"^(?i:(0x|\\x)?(ffd8ff|89504e470d0a|47494638))", "the first bytes of an image in hexadecimal"),
    Pattern("template", r"^[ \t]*[\[({]?[ \t]*[+-]?"
            r"[0-9]*\.[0-9]+([eE][+-]?[0-9]+)?([ \t]*[,;| \t][ \t]*[+-]?[0-9]+(\.[0-9]+)?"
            r"([eE][+-]?[0-9]+)?){7}", "a vector of numbers, such as an embedding"),
    Pattern("template", r"^(?i:0x|\\x)?[0-9A-Fa-f]{129}", "a long hexadecimal block, such as a template"),
    Pattern("template", r"^[A-Za-z0-9+/_=-]{129}", "a long encoded block, such as a template"),
    Pattern("markup", r"<[A-Za-z!/?]", "markup or script"),
    Pattern("formula", r"^[=@\t\r]|^[+-][A-Za-z(@]", "a formula that a spreadsheet would run"),
    Pattern("email", r"[^@ \t\n]+@[^@ \t\n]+\.[A-Za-z]{2}", "an e-mail address"),
    Pattern("exact-place", r"[+-]?[0-9]{1,3}\.[0-9]{2,}[ \t]*[,;/ ][ \t]*[+-]?[0-9]{1,3}\.[0-9]{2,}",
            "a pair of coordinates"),
    Pattern("exact-place", r"^8[6-9a-f][0-9a-f]{13}$", "an H3 cell finer than resolution 5"),
    Pattern("exact-place", r"(?i)\b(POINT|POLYGON|geo):?[ \t]*\(?[ \t]*[+-]?[0-9]", "a geometry"),
    Pattern("device", r"^(?i:[0-9a-f]{2}([:-][0-9a-f]{2}){5})$", "a device's hardware address"),
    Pattern("device", r"^[0-9]{15}$", "a phone's serial number (IMEI)"),
    Pattern("device", r"^([0-9]{1,3}\.){3}[0-9]{1,3}$", "a network address"),
    Pattern("phone", r"^(\+|00)[0-9][0-9 ().-]{7,17}$|^\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}$", "a phone number"),
    Pattern("document-number", r"^A[-# ]?[0-9]{8,9}$|^(?i:A)[-# ]?[0-9]{3}-[0-9]{3}-[0-9]{3}$",
            "an alien registration number"),
    Pattern("document-number", r"^[0-9]{3}-[0-9]{2}-[0-9]{4}$|^[0-9]{9}$", "a social security or passport number"),
    Pattern("document-number", r"^[A-Z]{1,2}[0-9]{6,9}[A-Z]?$", "a passport or identity card number"),
    Pattern("birth-date", r"^(19|20)[0-9]{2}([-/.]?)(0[1-9]|1[0-2])([-/.]?)(0[1-9]|[12][0-9]|3[01])$",
            "a date where no date belongs, such as a birth date"),
    Pattern("birth-date", r"^[0-3]?[0-9][-/. ]([0-1]?[0-9]|[A-Za-z]{3})[-/. ](19|20)[0-9]{2}$",
            "a date where no date belongs, such as a birth date"),
    Pattern("name", r"^\p{Lu}[\p{L}'’-]+,? +(\p{Lu}\.? +)?\p{Lu}[\p{L}'’-]+$", "a person's name"),
    Pattern("free-text", r"\S[ \t]+\S", "words, which is free text"),
)  # fmt: skip

# Versions are often dates, and no person is born at a version.
DATED_CODES = frozenset({"algorithm_version", "gallery_version"})


def suspicious(value: str, *, dated: bool = False, lines: bool = False) -> str:
    """Give the SQL condition that a text matches any of the patterns.

    Parameters
    ----------
    value
        SQL expression of the text.
    dated
        Whether a date is a fair value there.
    lines
        Whether each line of the text is a value of its own.
    """
    every = ("(?m)" if lines else "") + "|".join(f"(?:{pattern.regex})" for pattern in _patterns(dated=dated))
    return f"regexp_matches({value}, {text(every)})"


def kind_of(value: str, *, dated: bool = False) -> str:
    """Give the SQL expression of the position in :data:`PATTERNS` of the first match, or -1.

    Examples
    --------
    >>> import duckdb
    >>> position = duckdb.sql("SELECT " + kind_of("'A012345678'")).fetchall()[0][0]
    >>> PATTERNS[position].what
    'an alien registration number'
    """
    wanted = _patterns(dated=dated)
    cases = [
        f"WHEN regexp_matches({value}, {text(pattern.regex)}) THEN {i}"
        for i, pattern in enumerate(PATTERNS)
        if pattern in wanted
    ]
    return f"CASE {' '.join(cases)} ELSE -1 END"


def _patterns(*, dated: bool) -> list[Pattern]:
    return [pattern for pattern in PATTERNS if not (dated and pattern.code == "birth-date")]


def shape(value: str) -> str:
    """Give the SQL expression of a text's shape: digits as 9, letters as A or a, at most 24 characters.

    Examples
    --------
    >>> import duckdb
    >>> duckdb.sql("SELECT " + shape("'Ünal 1984-02-03'")).fetchall()
    [('Aaaa 9999-99-99',)]
    """
    masked = f"left(CAST({value} AS VARCHAR), 24)"
    for letters, stand_in in (
        (r"\p{N}", "9"),
        (r"\p{Lu}", "A"),
        (r"\p{Ll}|\p{Lo}|\p{Lt}|\p{Lm}", "a"),
        (r"\p{C}", "?"),
    ):
        masked = f"regexp_replace({masked}, {text(letters)}, {text(stand_in)}, 'g')"
    return masked
