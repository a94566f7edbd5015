-- The order of topics by title, and the client keys of topics and appointments.

-- The title in lower case and without accents. Empty until a node has written it: the nodes do so in the background.
alter table topics add column title_key text not null default '';

-- The client keys of topics, for good. No reference to the topic: when it is deleted, its key is not free again.
create table topic_keys (
    creator_id integer not null references users (id) on delete cascade,
    client_key text not null,
    topic_id integer not null,
    -- SHA-256 of the content: distinguishes a repeated request from another one with the same key.
    fingerprint blob not null,
    primary key (creator_id, client_key)
) strict, without rowid;

-- The client keys of appointments, in the same way.
create table appointment_keys (
    mentor_id integer not null references users (id) on delete cascade,
    client_key text not null,
    appointment_id integer not null,
    fingerprint blob not null,
    primary key (mentor_id, client_key)
) strict, without rowid;
