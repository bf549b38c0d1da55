"""What a log is refused for, and why: forbidden columns by name, forbidden values by content, values out of the schema.

A refused file is not repaired or read in part: whoever holds it has to take the column out, because a log that names
people must not be passed on. Messages give rows and the shape of a value (``Aaaa 9999``), never the value.
"""
