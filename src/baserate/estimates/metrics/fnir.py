"""False negative identification rate: mated searches without their mate in rank and at or above threshold.

Without a rank it is that of the whole list. At a rank R behind the end of the lists it is a number only where they hide
nobody who would count. A list hides somebody where it is as long as the longest of all searches, shorter than the
gallery (``gallery_size``), and its last candidate at or above the threshold: where that is so for a mated search whose
mate is not on the list, the rate is undefined, and the reason gives the two rates between which it lies. Shorter lists
ended at a score or with the gallery, and what is not on them is a miss at any rank.
"""

from baserate.estimates.metrics.metric import Metric

METRIC = Metric(
    name="fnir",
    symbol="FNIR(N, R, T)",
    title="False negative identification rate",
    trials="searches",
    mated=True,
    event="mate not among the first R candidates at or above the threshold, or failure",
)
