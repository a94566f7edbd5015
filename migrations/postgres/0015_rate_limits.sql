-- What the nodes have counted together for the rate limits of users.

-- Unlogged: after a crash every limit begins anew, and counting writes nothing to the write-ahead log. A full bucket needs
-- no row.
create unlogged table rate_limits (
    name text not null,
    -- An account or a session.
    key bigint not null,
    -- When the bucket will be full.
    full_at bigint not null,
    primary key (name, key)
);
