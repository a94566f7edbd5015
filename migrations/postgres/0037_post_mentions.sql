-- The users that the texts of posts and comments mention, by account: a username can change.

create table post_mentions (
    post_id bigint not null references posts (id) on delete cascade,
    position bigint not null check (position between 0 and 19),
    user_id bigint not null references users (id) on delete cascade,
    primary key (post_id, position),
    unique (post_id, user_id)
);

create index post_mentions_by_user on post_mentions (user_id);

create table comment_mentions (
    comment_id bigint not null references comments (id) on delete cascade,
    position bigint not null check (position between 0 and 19),
    user_id bigint not null references users (id) on delete cascade,
    primary key (comment_id, position),
    unique (comment_id, user_id)
);

create index comment_mentions_by_user on comment_mentions (user_id);
