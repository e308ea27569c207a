"""The document pipeline that runs an office procedure through watched folders."""
