-- Comments below posts, reactions to texts, and notifications. Reports of comments.

create table comments (
    id integer primary key,
    post_id integer not null references posts (id) on delete cascade,
    author_id integer not null references users (id) on delete cascade,
    -- The number of its event in the feed of the post: the position in the list and in the stream.
    number integer not null,
    -- A comment of the same post. No reference: a reply stays when that comment is deleted.
    reply_to_id integer,
    text text not null,
    created_at integer not null,
    -- Null until it is edited.
    edited_at integer,
    -- SHA-256 of the draft: distinguishes a repeated request from another one with the same key.
    fingerprint blob not null,
    -- Also the order in which comments are read.
    unique (post_id, number)
) strict;

-- The comments of one author: for the deletion of the account, and to count those across a block.
create index comments_by_author on comments (author_id, post_id);

-- The keys of clients for their comments, for good. No reference to the comment: the key of a deleted one is not free.
create table comment_keys (
    author_id integer not null references users (id) on delete cascade,
    client_key text not null,
    comment_id integer not null,
    primary key (author_id, client_key)
) strict, without rowid;

-- How many comments a post has. Viewers subtract those that a block hides from them, which are few.
alter table posts add column comment_count integer not null default 0 check (comment_count >= 0);

-- Reactions to messages, posts and comments. No reference to the subject, which is in one of three tables.
create table reactions (
    -- Reactions are in the order of their ids.
    id integer primary key,
    subject_id integer not null,
    -- The feed that reports the reactions to the subject: of its post, its conversation or the lobby.
    feed integer not null,
    user_id integer not null references users (id) on delete cascade,
    -- One emoji, fully qualified.
    emoji text not null,
    unique (subject_id, emoji, user_id)
) strict;

create index reactions_by_user on reactions (user_id);

create table notifications (
    id integer primary key,
    -- No reference, because a row of another account is written in transactions that must not lock the account.
    account_id integer not null,
    -- No list of types: a node that is one version behind leaves out those that it does not know.
    type text not null,
    -- The user who caused it; for reactions the latest one. Null when the server did.
    actor_id integer,
    -- The account, booking, comment, message or post that it is about.
    subject_kind text not null,
    subject_id integer not null,
    -- A code: which change, which notice, how many hours.
    detail integer,
    -- The device of a notice about a session.
    device_name text,
    -- Unique for each account; for reactions the time of the latest one.
    happened_at integer not null,
    -- Null while it is unread.
    read_at integer,
    -- Since when it counts as unread, or counted before it was read.
    unread_since integer not null
) strict;

-- The list of an account, newest first.
create index notifications_by_account on notifications (account_id, happened_at, id);
create index notifications_unread on notifications (account_id) where read_at is null;
-- Those that go with their subject or with their cause.
create index notifications_by_subject on notifications (subject_id);
create index notifications_by_actor on notifications (actor_id) where actor_id is not null;
-- A text notifies a member once, and a subject has one notification of its reactions.
create unique index notifications_once on notifications (account_id, subject_id)
where type in ('comment', 'mention', 'reply');
create unique index notifications_of_reactions on notifications (account_id, subject_id) where type = 'reaction';

-- Comments can be reported too. SQLite cannot change a check, so the table is copied; the code bounds the kinds.
create table reports_of_all_kinds (
    id integer primary key,
    reporter_id integer not null references users (id) on delete cascade,
    kind text not null,
    subject_id integer not null,
    reason text not null,
    reported_at integer not null,
    copied_text text,
    copied_author text,
    -- Once is enough; the latest reason stands.
    unique (reporter_id, subject_id)
) strict;

insert into reports_of_all_kinds
select id, reporter_id, kind, subject_id, reason, reported_at, copied_text, copied_author from reports;

drop table reports;

alter table reports_of_all_kinds rename to reports;
