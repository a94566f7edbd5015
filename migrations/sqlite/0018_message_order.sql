-- Messages lie in the order in which they are read: a page of a conversation is one stretch of the table, not as many
-- places as it has messages.

-- SQLite cannot change the key of a table. No table refers to this one, so dropping it deletes no other rows.
create table messages_in_order (
    conversation_id integer not null references conversations (id) on delete cascade,
    -- The number of the message's event in the conversation's feed: its position in the history, so that the cursors of
    -- pages and of the stream are the same.
    number integer not null check (number >= 1),
    id integer not null unique,
    -- Null once the account is deleted.
    author_id integer references users (id) on delete set null,
    -- The pseudonym under which a guest wrote a message. The account of a guest is deleted minutes after they leave.
    guest_name text,
    -- Null if there are only images, and once the message is deleted.
    text text,
    sent_at integer not null,
    edited_at integer,
    -- A deleted message keeps its position.
    deleted_at integer,
    -- The name that the author's client gave the message. Not for other users.
    client_key text,
    primary key (conversation_id, number),
    check (deleted_at is null or text is null)
) strict, without rowid;

insert into messages_in_order
    (conversation_id, number, id, author_id, guest_name, text, sent_at, edited_at, deleted_at, client_key)
select conversation_id, number, id, author_id, guest_name, text, sent_at, edited_at, deleted_at, client_key
from messages order by conversation_id, number;

drop table messages;

alter table messages_in_order rename to messages;

-- In which conversations an account has written.
create index messages_by_author_and_conversation on messages (author_id, conversation_id) where author_id is not null;
