"""What holds for all folders of tests."""

from hypothesis import HealthCheck, settings

from tests.local_stack import local_stack

# No test judges by the clock: a busy machine is no failure.
settings.register_profile("hourtab", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hourtab")

__all__ = ["local_stack"]
