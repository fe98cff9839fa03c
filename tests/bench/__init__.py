"""Measurements beside their peers. `make bench`, or `python -m tests.bench [--only PART] [--quick]`.

To add a part, put a module here with

    def run(quick: bool) -> Iterable[Figure | Table | Note]: ...

and yield what it finds as it goes: a Figure is judged (kind "limit" must hold, kind "goal" shows how far it got, kind
"plain" is only shown), a Table shows peers side by side, a Note is a sentence. `ONLY=import` finds import_file.py: a
part is called by the module's name or its first word. With `quick` measure a tenth of the data. Libraries that only
serve as peers belong to the dependency group `bench`.
"""
