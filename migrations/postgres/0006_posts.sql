-- Public texts of members.

create table posts (
    id bigint primary key,
    author_id bigint not null references users (id) on delete cascade,
    -- The number of the event that told of it in the feed of posts. Lists are in its order, so that the cursor of a page
    -- and the cursor of the stream are the same, and nothing appears behind a page that was read before: these numbers
    -- follow the order of commits, which instants and ids do not.
    number bigint not null unique,
    text text not null,
    published_at bigint not null,
    -- Null until it is edited.
    edited_at bigint,
    -- SHA-256 of what the author sent at first: tells a repeated request from another one with the same key, and goes
    -- with the post.
    fingerprint bytea not null
);

-- The posts of one author, newest first.
create index posts_by_author on posts (author_id, number);

-- What clients called their posts, for good: the key of a deleted post is never free again. Therefore no reference to
-- the post.
create table post_keys (
    author_id bigint not null references users (id) on delete cascade,
    client_key text not null,
    post_id bigint not null,
    primary key (author_id, client_key)
);
