-- Order and counters: instants that never fall, unread counts that include the messages of former members, and reports
-- that keep what they are about.

-- When the newest event of the feed happened. The next one never happens earlier, whatever the clock of its node says.
alter table feeds add column newest_at bigint not null default 0;

update feeds set newest_at = coalesce(
    (select happened_at from feed_events where feed_events.feed = feeds.id and feed_events.number = feeds.head), 0);

-- In which conversations an account has written: a block and a deletion also change what former members have written.
create index messages_by_author_and_conversation on messages (author_id, conversation_id) where author_id is not null;

drop index messages_by_author;

-- The reported content, as it was at the first report of this reporter. It stays when the content or its author is gone.
alter table reports add column copied_text text;

alter table reports add column copied_author text;

-- The pseudonym under which a guest wrote a message. The account of a guest is deleted minutes after they leave.
alter table messages add column guest_name text;
