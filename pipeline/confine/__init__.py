"""Bytes that people sent are parsed elsewhere: in short-lived processes that can do no more."""
