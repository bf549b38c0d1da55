"""Warnings about rules themselves, printed with their findings; as of 2026-11-22."""

EU_DATE_NOTE = (
    "The duty was moved from 2 August 2026 to 2 December 2027, by Regulation (EU) 2026/1744 as two public documents "
    "cite it [S]. Check EUR-Lex."
)
DHS_NOTE = (
    "The directive is no longer in public view (press, May 2025) and no rescission was found: its status is unknown, "
    "and it is kept as a benchmark."
)
VA_NOTE = "The text seen is headed as effective until 1 July 2026: read what replaced it."
