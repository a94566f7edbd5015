-- Who is connected, and since when they are not.

-- One row per person and node to which they have connections, however many those are: written for the first one, deleted
-- when the last one has been closed for the time of grace. What lies between costs no write.
create table node_users (
    -- The token of the node's lease in `nodes`. No foreign key: a node that died is found by its rows outliving its lease.
    node bigint not null,
    user_id bigint not null references users (id) on delete cascade,
    primary key (node, user_id)
);

create index node_users_by_user on node_users (user_id);

-- One row per person who was ever connected.
create table presences (
    user_id bigint primary key references users (id) on delete cascade,
    -- On how many nodes they are connected; present while it is not 0. Raised and lowered with the rows above, in one
    -- transaction. Whoever changes it holds this row, so of several nodes that lose somebody at once one finds the 0.
    node_count bigint not null check (node_count >= 0),
    -- The latest moment at which a connection is known to have lived.
    last_seen_at bigint not null
    -- Room in each page: a row changes whenever somebody comes or goes.
) with (fillfactor = 70);

-- Those who are present, few among many.
create index presences_present on presences (user_id) where node_count > 0;
