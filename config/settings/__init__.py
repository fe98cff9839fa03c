"""`base` is production; `local` (one machine, http) and `test` only override it."""
