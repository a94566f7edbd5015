-- Rows that come from other databases, and backups that are being made.

-- Which row of an old system became which row here, so that an import can be repeated. No reference to the new row, which
-- may be in any table: what a member has deleted here is not imported again.
create table imported_rows (
    -- The old system, and its table.
    source text not null,
    kind text not null,
    old_key text not null,
    new_id integer not null,
    primary key (source, kind, old_key)
) strict, without rowid;

-- The tables of a copy from another database that is not finished. While there are rows, no server uses the database.
create table copied_tables (
    name text primary key,
    -- How many rows are copied, in the order of the primary key.
    row_count integer not null,
    is_complete integer not null
) strict, without rowid;

-- Backups that are being made. Until the latest of these instants the files of deleted images stay.
create table media_holds (
    id integer primary key,
    until integer not null
) strict;
