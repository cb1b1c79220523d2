"""Hypothesis without a clock: a busy machine fails no test."""

from hypothesis import HealthCheck, settings

from tests.helpers.examples import examples

settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=examples(60),
)
settings.load_profile("untimed")
