"""What came in: comparisons, and searches with their candidate lists, as tables on a locked-down connection.

A *comparison* is one score of one probe against one reference; it is *mated* when both are of the same person. A
*search* puts one probe to a gallery and returns a *candidate list*, the gallery's entries that scored best. A search is
*mated* when the person searched for is in the gallery: that is told by the searches table and never read off the list,
because a mate that was missed is not on it.

:func:`read_scores` is the way in: any format or data frame, read, checked, and refused with all of its faults at once.
"""

from baserate.inputs.candidates import Searches
from baserate.inputs.comparisons import Comparisons
from baserate.inputs.formats.reading import Options, Reading
from baserate.inputs.scores import read_scores

__all__ = ["Comparisons", "Options", "Reading", "Searches", "read_scores"]
