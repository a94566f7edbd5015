-- Who is in the lobby. What is said there stands among the messages, in the conversation that everybody may enter.

create table lobby_users (
    user_id bigint primary key references users (id) on delete cascade,
    -- The username when they came, folded for people who read a list: its order, and a part of its cursors.
    name text collate "C" not null,
    -- Since when they are here.
    came_at bigint not null,
    -- When they last said that they enter. Whoever was connected since and is not any more has left, and so has whoever
    -- was not connected within a minute.
    entered_at bigint not null
);

create index lobby_users_by_name on lobby_users (name, user_id);
create index lobby_users_by_time on lobby_users (came_at, user_id);

-- Guests whose session is over. Their pseudonym is free again; what they were called can still be read for some minutes,
-- by those who are told that they left.
create table departed_guests (
    user_id bigint primary key references users (id) on delete cascade,
    left_at bigint not null
);

create index departed_guests_by_time on departed_guests (left_at);
