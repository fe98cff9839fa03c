#!/bin/sh
# The two database roles and the database, made once by the postgres image when its data folder is empty.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 \
    --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE shoeleather_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'owner_password';
CREATE ROLE shoeleather_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
CREATE DATABASE shoeleather OWNER shoeleather_owner;
REVOKE CONNECT ON DATABASE shoeleather FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE shoeleather TO shoeleather_app;
SQL
