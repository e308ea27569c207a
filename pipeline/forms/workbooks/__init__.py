"""Excel workbooks that staff fill in or take away, one workbook a file."""
