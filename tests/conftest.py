"""What all tests share: how hypothesis searches."""

from hypothesis import HealthCheck, settings

# A busy machine must not turn a slow example into a failure, and the same tree must pass twice:
# examples are derived from the test itself. `--hypothesis-profile=search` looks further.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("steady")
