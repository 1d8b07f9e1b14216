"""Values to text: templates, cells of a spreadsheet, JSON."""
