"""What all tests share: Hypothesis without a deadline. No test asserts a time, and a busy machine is no fault."""

from hypothesis import settings

# The default is kept for the rest: on a CI machine it is the profile that draws the same examples every time.
settings.register_profile("baserate", settings.default, deadline=None)
settings.load_profile("baserate")
