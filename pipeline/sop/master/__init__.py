"""The master data of the office: its versions, and the proposals to change them."""
