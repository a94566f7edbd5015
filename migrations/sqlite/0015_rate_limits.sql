-- What the nodes have counted together for the rate limits of users. Nodes share a PostgreSQL database, so the table of an
-- SQLite database stays empty.
create table rate_limits (
    name text not null,
    -- An account or a session.
    key integer not null,
    -- When the bucket will be full.
    full_at integer not null,
    primary key (name, key)
) strict, without rowid;
