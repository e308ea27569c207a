"""Tests of the Word templates; `samples` and `rendering` serve other rooms too."""
