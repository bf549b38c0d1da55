"""Measure, simulate and audit one-to-many (1:N) biometric identification, in numbers anybody can check.

The data's way: validated input (searches, comparisons, logs) -> tally (exact counts) -> estimate (a rate with its
interval, or undefined with a reason). A scenario (parameters, each with unit, range and source) gives expected
outcomes in closed form and simulated searches, which are the same tables that the readers give.

Baserate holds no matcher, no image code, no template, no connector to a store of people, and no function from a person
to an identity, a status or an instruction. Every person in it is synthetic.
"""

__version__ = "0.1.0"
