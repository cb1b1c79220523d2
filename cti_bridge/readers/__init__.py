"""Where customers come from: text files, spreadsheets, cards, other databases; read only.

Each gives the same stream, `customers.sources.records.Source`.
"""
