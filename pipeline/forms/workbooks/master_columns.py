"""The sheets of the Data Induk and their columns, by the headings that the domain gives them."""

from collections.abc import Mapping

from pipeline.domain.master_tables import HEADINGS, TARGET_HEADINGS, MasterTable
from pipeline.forms.workbooks import statements
from pipeline.forms.workbooks.roster_reading import GRADE, INDICATOR_NAME, NAME, NIP, POST
from pipeline.forms.workbooks.sheet import Column

_POSTS, _TENURES = HEADINGS[MasterTable.POSTS], HEADINGS[MasterTable.TENURES]
_TARGETS, _OPENINGS = HEADINGS[MasterTable.TARGETS], HEADINGS[MasterTable.OPENINGS]

UNIT = Column(HEADINGS[MasterTable.UNITS]["name"], 60)
PARENT = Column(HEADINGS[MasterTable.UNITS]["parent"], 60)

POST_UNIT = Column(_POSTS["unit"], 60)

CAPACITY = Column(_TENURES["capacity"], 12)
ACTIVE_FROM = Column(_TENURES["active_from"], 15)
ACTIVE_TO = Column(_TENURES["active_to"], 15)
DECREE = Column(_TENURES["decree"], 30)

INDICATOR = Column(_TARGETS["indicator"], 16)
YEAR = Column(_TARGETS["year"], 9)
EFFECTIVE = Column(_TARGETS["effective"], 15)
BASIS = Column(_TARGETS["basis"], 34)
ANNUAL = Column(_TARGETS["annual"], 15, "number")
QUARTERS = tuple(Column(heading, 15, "number") for heading in TARGET_HEADINGS)

QUARTER = Column(_OPENINGS["quarter"], 11)
ACTUAL = Column(_OPENINGS["actual"], 18, "number")
OPENING_SOURCE = Column(_OPENINGS["source"], 50)

COLUMNS: Mapping[MasterTable, tuple[Column, ...]] = {
    MasterTable.UNITS: (UNIT, PARENT),
    MasterTable.POSTS: (POST, POST_UNIT),
    MasterTable.TENURES: (
        *(POST, NAME, NIP, GRADE),
        *(CAPACITY, ACTIVE_FROM, ACTIVE_TO, DECREE),
    ),
    MasterTable.INDICATORS: (
        *(statements.CODE, statements.OBJECTIVE, statements.NAME, statements.DEFINITION),
        *(statements.UNIT, statements.POLARITY, statements.AGGREGATION, statements.SOURCE),
    ),
    MasterTable.TARGETS: (INDICATOR, YEAR, EFFECTIVE, BASIS, ANNUAL, *QUARTERS, INDICATOR_NAME),
    MasterTable.OPENINGS: (INDICATOR, YEAR, QUARTER, ACTUAL, OPENING_SOURCE, INDICATOR_NAME),
}
