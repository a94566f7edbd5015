-- The users that the texts of posts and comments mention, by account: a username can change.

create table post_mentions (
    post_id integer not null references posts (id) on delete cascade,
    position integer not null check (position between 0 and 19),
    user_id integer not null references users (id) on delete cascade,
    primary key (post_id, position),
    unique (post_id, user_id)
) strict, without rowid;

create index post_mentions_by_user on post_mentions (user_id);

create table comment_mentions (
    comment_id integer not null references comments (id) on delete cascade,
    position integer not null check (position between 0 and 19),
    user_id integer not null references users (id) on delete cascade,
    primary key (comment_id, position),
    unique (comment_id, user_id)
) strict, without rowid;

create index comment_mentions_by_user on comment_mentions (user_id);
