-- Conversations: read markers that move back, mute, replies, mentions, and groups with a title and an owner.

-- Where the other members see a read marker that its member has moved back since, and when it was there: the furthest
-- position. 0 and null as long as it was never moved back.
alter table conversation_members add column shared_up_to integer not null default 0 check (shared_up_to >= 0);
alter table conversation_members add column shared_at integer;
-- The end of the mute; null while the conversation is not muted, the largest number for a mute without an end.
alter table conversation_members add column muted_until integer;
-- When the member joined for the last time, and the number of the newest event of the conversation at that moment: the
-- member's streams begin behind it. 0 for those who are members since the start of the conversation.
alter table conversation_members add column joined_at integer not null default 0;
alter table conversation_members add column joined_after integer not null default 0;
-- The member reads what has a greater number: `joined_after`, or 0 if the history was shared at that moment.
alter table conversation_members add column reads_after integer not null default 0;

drop index conversation_members_unread;
-- The sum over a member's conversations that are not muted.
create index conversation_members_unread on conversation_members (user_id, unread, muted_until) where unread > 0;

-- The message of the same room that this one replies to. No reference: messages are deleted with their room only, and
-- another row would be checked for every message that is sent.
alter table messages add column reply_to_id integer;

-- The users that the text of a message mentions, by account: a username can change.
create table message_mentions (
    message_id integer not null references messages (id) on delete cascade,
    position integer not null check (position between 0 and 19),
    user_id integer not null references users (id) on delete cascade,
    primary key (message_id, position),
    unique (message_id, user_id)
) strict, without rowid;

create index message_mentions_by_user on message_mentions (user_id);

-- The title and the owner of a group of `createGroup`. Both are null for all other conversations; the owner also in a
-- group that the last member has left.
alter table conversations add column title text;
alter table conversations add column owner_id integer references users (id) on delete set null;
-- Members who join from now on read everything.
alter table conversations add column is_history_shared integer not null default 0;

create index conversations_by_owner on conversations (owner_id) where owner_id is not null;

-- The client keys of groups, for good. No reference to the group: when it is deleted, its key is not free again.
create table group_keys (
    creator_id integer not null references users (id) on delete cascade,
    client_key text not null,
    conversation_id integer not null,
    -- SHA-256 of the content: distinguishes a repeated request from another one with the same key.
    fingerprint blob not null,
    primary key (creator_id, client_key)
) strict, without rowid;

-- What events about groups refer to: an event has room for two ids only. Deleted with the log of events.
create table group_changes (
    id integer primary key,
    conversation_id integer not null references conversations (id) on delete cascade,
    change text not null,
    -- Null if the server made the change. No references: clients still get the id of a deleted account.
    actor_id integer,
    -- The member that the change is about; null for a change of the group itself.
    member_id integer,
    made_at integer not null
) strict;

create index group_changes_by_conversation on group_changes (conversation_id);
create index group_changes_by_time on group_changes (made_at);

-- Groups have images too. SQLite cannot change a constraint, so the table is created anew.
create table new_image_uses (
    subject_id integer not null,
    kind text not null check (kind in ('avatar', 'post', 'message', 'topic', 'booking', 'group')),
    position integer not null check (position between 0 and 3),
    image_id integer not null references images (id) on delete cascade,
    primary key (subject_id, kind, position),
    unique (subject_id, kind, image_id)
) strict, without rowid;

insert into new_image_uses select subject_id, kind, position, image_id from image_uses;

drop table image_uses;

alter table new_image_uses rename to image_uses;

create index image_uses_by_image on image_uses (image_id);
