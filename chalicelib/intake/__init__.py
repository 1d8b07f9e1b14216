"""From bytes to rows and row problems. Pure: no AWS, no clock; a source is data, not a class.

    open_export(file, hints)  ->  Export | Refusal
    Export.rows()             ->  iterator of Row | RowProblem, in the order of the file
    propose_mapping(file, said)  ->  Proposal | Refusal: the likely meaning of an unknown header

Memory does not grow with the file: rows are read at most twice (once to settle an ambiguous date order).
"""
