"""What all tests share."""

from hypothesis import settings

# A busy machine is no fault of the code: examples have no deadline, the suite as a whole has one.
settings.register_profile("kinerja", deadline=None)
settings.load_profile("kinerja")
