-- Conversations: read markers that move back, mute, replies, mentions, and groups with a title and an owner.

-- Where the other members see a read marker that its member has moved back since, and when it was there: the furthest
-- position. 0 and null as long as it was never moved back.
alter table conversation_members add column shared_up_to bigint not null default 0 check (shared_up_to >= 0);
alter table conversation_members add column shared_at bigint;
-- The end of the mute; null while the conversation is not muted, the largest number for a mute without an end.
alter table conversation_members add column muted_until bigint;
-- When the member joined for the last time, and the number of the newest event of the conversation at that moment: the
-- member's streams begin behind it. 0 for those who are members since the start of the conversation.
alter table conversation_members add column joined_at bigint not null default 0;
alter table conversation_members add column joined_after bigint not null default 0;
-- The member reads what has a greater number: `joined_after`, or 0 if the history was shared at that moment.
alter table conversation_members add column reads_after bigint not null default 0;

drop index conversation_members_unread;
-- The sum over a member's conversations that are not muted.
create index conversation_members_unread on conversation_members (user_id, unread, muted_until) where unread > 0;

-- The message of the same room that this one replies to. No reference: messages are deleted with their room only, and
-- another row would be checked for every message that is sent.
alter table messages add column reply_to_id bigint;

-- The users that the text of a message mentions, by account: a username can change.
create table message_mentions (
    message_id bigint not null references messages (id) on delete cascade,
    position bigint not null check (position between 0 and 19),
    user_id bigint not null references users (id) on delete cascade,
    primary key (message_id, position),
    unique (message_id, user_id)
);

create index message_mentions_by_user on message_mentions (user_id);

-- The title and the owner of a group of `createGroup`. Both are null for all other conversations; the owner also in a
-- group that the last member has left.
alter table conversations add column title text;
alter table conversations add column owner_id bigint references users (id) on delete set null;
-- Members who join from now on read everything.
alter table conversations add column is_history_shared boolean not null default false;

create index conversations_by_owner on conversations (owner_id) where owner_id is not null;

-- The client keys of groups, for good. No reference to the group: when it is deleted, its key is not free again.
create table group_keys (
    creator_id bigint not null references users (id) on delete cascade,
    client_key text not null,
    conversation_id bigint not null,
    -- SHA-256 of the content: distinguishes a repeated request from another one with the same key.
    fingerprint bytea not null,
    primary key (creator_id, client_key)
);

-- What events about groups refer to: an event has room for two ids only. Deleted with the log of events.
create table group_changes (
    id bigint primary key,
    conversation_id bigint not null references conversations (id) on delete cascade,
    change text not null,
    -- Null if the server made the change. No references: clients still get the id of a deleted account.
    actor_id bigint,
    -- The member that the change is about; null for a change of the group itself.
    member_id bigint,
    made_at bigint not null
);

create index group_changes_by_conversation on group_changes (conversation_id);
create index group_changes_by_time on group_changes (made_at);

-- Groups have images too.
alter table image_uses drop constraint image_uses_kind_check;
alter table image_uses add constraint image_uses_kind_check
    check (kind in ('avatar', 'post', 'message', 'topic', 'booking', 'group'));
