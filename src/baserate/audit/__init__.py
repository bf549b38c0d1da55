"""What a log says was done: rules in packs, findings, and what the log can support about error rates.

* A **rule** is one duty out of a law, a standard or an operator's own declared policy, in a form that can be checked
  against a log (:mod:`baserate.audit.rule`).
* A **finding** is what one rule says of one log: *pass*, *fail*, *cannot tell* (which field is missing) or *not
  applicable* (why), with counts, rows and the query that found them (:mod:`baserate.audit.finding`).
* A **pack** is a list of rules with one origin (:mod:`baserate.audit.packs`).

A finding is a statement about rows of a log. It is not legal advice and decides nothing about anybody.
"""
