"""How hard Hypothesis looks: the same examples on every push, ten times as many at night."""

from hypothesis import settings

settings.register_profile("night", settings.get_profile("ci"), derandomize=False, max_examples=1000)
settings.load_profile("ci")
