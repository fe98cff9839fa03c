"""PostgreSQL as this project uses it: two roles, and a server from a wheel where no other is named.

`base` is the Django database engine (`ENGINE = "core.postgres"`), `server` starts and shares the
embedded server, `roles` holds the two roles and what each may do.
"""
