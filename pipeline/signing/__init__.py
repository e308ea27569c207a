"""Electronic signatures: keys, PAdES seals, their look on paper, and the judgement of a signed PDF.

In reading order: ``trust`` (whom we believe), ``keys`` (who signs), ``fields`` (where),
``appearance`` (how it looks), ``seal`` (the act), ``verify`` (the judgement). ``practice`` makes a
clearly labelled PKI for exercises and tests.
"""

import logging

# What pyHanko finds amiss with a document is told in our reports and errors. Its log repeats that
# with tracebacks: it goes where the program sends its logs, and never straight to the screen.
for _library in ("pyhanko", "pyhanko_certvalidator", "fontTools"):
    logging.getLogger(_library).addHandler(logging.NullHandler())
