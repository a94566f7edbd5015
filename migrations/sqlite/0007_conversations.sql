-- Private threads of two or more members, and the messages in them. The lobby's messages stand here too: it is the
-- conversation that everybody may enter, with the id 3 and without rows in conversation_members.

create table conversations (
    id integer primary key,
    -- A direct thread is of two people and stays so; a group has had three or more.
    kind text not null check (kind in ('direct', 'group', 'lobby')),
    created_at integer not null,
    -- Since when nobody is in it. What it holds is removed a little at a time.
    abandoned_at integer
) strict;

create index conversations_abandoned on conversations (abandoned_at) where abandoned_at is not null;

insert into conversations (id, kind, created_at) values (3, 'lobby', 0);

-- Of whom a conversation is: SHA-256 of its members' ids in order. What decides when several people start the same one at
-- once. A group is found by those who are in it now, and no longer once two are left: those two have a direct thread.
create table conversation_keys (
    member_key blob primary key,
    conversation_id integer not null unique references conversations (id) on delete cascade
) strict, without rowid;

create table conversation_members (
    conversation_id integer not null references conversations (id) on delete cascade,
    user_id integer not null references users (id) on delete cascade,
    -- Only whoever started it sees a conversation before its first message.
    is_shown integer not null,
    -- When a message was last added that this member sees; before the first, when they came. Lists are in its order.
    updated_at integer not null,
    -- The number of the message up to which this member has read, and since when; 0 and null until they say so.
    read_up_to integer not null default 0 check (read_up_to >= 0),
    read_at integer,
    -- How many messages after read_up_to are there for this member: not their own, not deleted, not of somebody from whom
    -- a block parts them. Kept by every transaction that changes one of these, so that nobody counts rows to show it.
    unread integer not null default 0 check (unread >= 0),
    primary key (conversation_id, user_id)
) strict, without rowid;

-- Somebody's list, the latest first.
create index conversation_members_by_user on conversation_members (user_id, updated_at, conversation_id);
-- What the sum over somebody's conversations is made of.
create index conversation_members_unread on conversation_members (user_id, unread) where unread > 0;

create table messages (
    id integer primary key,
    conversation_id integer not null references conversations (id) on delete cascade,
    -- The number of the event that told of it in the conversation's feed: its place in the history, so that the cursor of
    -- a page and the cursor of the stream are the same.
    number integer not null check (number >= 1),
    -- Null once the account is deleted.
    author_id integer references users (id) on delete set null,
    -- Null where there are only pictures, and once the message is deleted.
    text text,
    sent_at integer not null,
    edited_at integer,
    -- A deleted message keeps its place.
    deleted_at integer,
    -- What the author's client calls it. Not for others.
    client_key text,
    unique (conversation_id, number),
    check (deleted_at is null or text is null)
) strict;

create index messages_by_author on messages (author_id) where author_id is not null;

-- What clients called their messages, for good. No reference to the message, which may go with its conversation: its key
-- is not free again then.
create table message_keys (
    author_id integer not null references users (id) on delete cascade,
    client_key text not null,
    message_id integer not null,
    -- SHA-256 of what was sent at first: tells a repeated request from another one with the same key. Goes with the text.
    fingerprint blob,
    primary key (author_id, client_key)
) strict, without rowid;

create index message_keys_by_message on message_keys (message_id);

-- What people reported, for those who keep order. The thing lies in another table for each kind, and may be gone when
-- somebody looks.
create table reports (
    id integer primary key,
    reporter_id integer not null references users (id) on delete cascade,
    kind text not null check (kind in ('user', 'post', 'message')),
    subject_id integer not null,
    reason text not null,
    reported_at integer not null,
    -- Once is enough; the latest reason stands.
    unique (reporter_id, subject_id)
) strict;
