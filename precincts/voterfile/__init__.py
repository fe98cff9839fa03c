"""Voter files and vote histories as rows: pure, streaming, and every row accounted for.

`sources` opens what was uploaded (plain, gzip, zip), `lines` makes text of bytes, `tables` makes cells of
lines, `layouts` knows what the columns of a state's file mean, `mapping` lets a person say it, `voters` and
`history` give clean rows and rejects. Nothing here knows Django or the database.
"""
