"""What comes from outside, opened with care: packages, their XML and their pictures."""
