"""pandas, as far as shapes go: how many rows a table has, which columns, and of which types these are.

    columns.py    a column: an array of numpy's stand-in and which kind of values pandas takes it for; what several have in common
    labels.py     `Index`: the labels of rows and of columns, and where the rows come from
    unread.py     the columns and rows of a table that nobody has read, as symbols: `rows`, `columns`, `features`
    series.py, frame.py, picking.py, grouping.py, accessors.py
    making.py     functions of pandas itself: reading, joining, dummies, dates
    attributes.py the names that pandas's classes have and that have no rule here

Of a table that is read from a file the number of rows is a symbol, the same wherever the table's rows are counted, and so is the number of columns.
Which types its columns have nobody knows; that they are numbers where numbers are made of them is taken for granted.
"""
