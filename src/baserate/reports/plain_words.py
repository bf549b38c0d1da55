"""What each input of a scenario says in a plain sentence.

``{value}`` stands for its value or range in words, ``{number}`` for the same in figures, and ``{each}`` for the group
or groups of people that one sentence speaks of. Keys are those of the scenario file with ``*`` for names and numbers of
one's own. An input that is not in the list is said by what the schema says it means.
"""

from __future__ import annotations

SENTENCES: dict[str, str] = {
    "galleries.*.size": "The store holds {value}.",
    "galleries.*.images_per_person": "The store holds {value} of one person on average.",
    "galleries.*.image_dependence": "How far several images of one person count as one is {number} (0 each, 1 as one).",
    "galleries.*.flagged_share": "{value} of the people in the store are on the list that counts.",
    "galleries.*.groups.*": "{each} makes up {value} of the store.",
    "matcher.points.*.gallery_size": "The error rates used here are for a store of {value}.",
    "matcher.points.*.fpir": "There, {value} of the searches of people who are not in the store still give somebody.",
    "matcher.points.*.fnir": "There, {value} of the searches of people who are in the store do not find them.",
    "matcher.n_exponent": "Misses grow with the size of the store, to the power of {value}.",
    "matcher.lapse_share_of_misses": "{value} of the misses come from images that no setting would match.",
    "matcher.heterogeneity": "How much one search differs from another is {number} (0 for all alike).",
    "matcher.groups.*.fmr_factor": "{each} is wrongly matched {value} times as often as the average.",
    "matcher.groups.*.miss_factor": "{each} is missed {value} times as often as the average.",
    "matcher.groups.*.against.*": "Two groups are taken for each other {value} times as often as the average.",
    "population.enrolled_share": "{value} of the people searched are in the store.",
    "population.flagged_share": "{value} of those are on the list that counts.",
    "population.groups.*.share": "{each} makes up {value} of the people searched.",
    "population.groups.*.enrolled_share": "{each} has {value} of its people in the store.",
    "population.groups.*.flagged_share": "{each} has {value} of those on the list that counts.",
    "encounters.searches_per_year": "There are {value} a year, training included.",
    "encounters.training_share": "{value} of the searches are made in a training mode.",
    "encounters.repeat_share": "{value} of the searches that show nothing are made again of the same person.",
    "encounters.repeat_fresh_share": "{value} of such repeats are really a new sample.",
    "encounters.max_attempts": "One person is searched at most {value} times in one encounter.",
    "encounters.conditions.*.share": "One kind of light and pose makes up {value} of the encounters.",
    "encounters.conditions.*.failure_to_acquire": "{value} of the pictures cannot be used.",
    "encounters.conditions.*.fmr_factor": "Wrong matches are {value} times as frequent as in the test.",
    "encounters.conditions.*.miss_factor": "Misses are {value} times as frequent as in the test.",
    "policy.threshold.fpir_target": "It is set so that {value} of the searches of people not in it give somebody.",
    "policy.threshold.set_at_gallery_size": "It was set for a store of {value}.",
    "policy.threshold.reset_for_gallery": "Was it set again for the store in use? The scenario takes {value}.",
    "policy.threshold.false_match_rate": "It is set so that {value} of the comparisons of two people match.",
    "policy.list_length": "At most {value} candidates are shown.",
    "policy.gate": "An answer is shown for {value}.",
    "policy.response": "What is shown is {value}.",
    "policy.consent": "The rule on consent is: {value}.",
    "policy.declined_share": "{value} of the people decline.",
    "policy.review.reviewers": "{value} people have to confirm a candidate.",
    "policy.review.accepts_wrong": "A reviewer confirms {value} of the wrong candidates.",
    "policy.review.rejects_right": "A reviewer rejects {value} of the right candidates.",
    "policy.review.dependence": "A second reviewer repeats the first in {value} of the cases.",
    "policy.review.photo_shown.other_share": "{value} of the photographs shown are not the one that matched.",
    "policy.review.photo_shown.accepts_wrong_factor": "Wrong candidates are then confirmed {value} times as often.",
    "policy.review.photo_shown.rejects_right_factor": "Right candidates are then rejected {value} times as often.",
    "policy.second_modality_share": "{value} of the confirmed candidates are checked in a second way.",
    "policy.second_modality_accepts_wrong": "That check confirms {value} of the wrong candidates.",
    "policy.second_modality_rejects_right": "That check rejects {value} of the right candidates.",
    "policy.document_offered_share": "{value} of the people wrongly confirmed can show papers against it.",
    "policy.document_weight": "Such papers stop the action in {value} of the cases.",
    "policy.action_share": "{value} of the confirmed candidates are acted on.",
    "retention.matched": "The record of a search that showed somebody is kept for {value}.",
    "retention.unmatched": "The record of a search that showed nobody is kept for {value}.",
    "retention.shorter": "The records of some people are kept for {value}.",
    "retention.shorter_share": "{value} of the people are under that shorter limit.",
    "retention.deletion_failure_share": "{value} of the records are not deleted when they should be.",
}

# What a scenario gives for a modality of its own is said in the sentence of the same input of all.
OF_A_MODALITY: dict[str, str] = {
    "matcher": "matcher",
    "threshold": "policy.threshold",
    "enrolled_share": "population.enrolled_share",
}
MODALITIES: dict[str, str] = {
    "face": "faces",
    "finger_contact": "fingers on a reader",
    "finger_contactless": "fingers without contact",
    "iris": "irises",
    "gait": "gait",
}

OPTIONS: dict[str, str] = {
    "hotlist": "people on the list only",
    "none": "everybody who is matched",
    "single": "one match",
    "candidate_list": "a list of candidates",
    "two_outcome": "one of two instructions",
    "no_opportunity": "no opportunity to decline",
    "not_asked": "people are not asked",
    "may_decline": "people may decline",
    "required": "people have to agree first",
}
