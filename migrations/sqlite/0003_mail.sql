-- Letters that wait to be sent, written in the same transaction as what they tell of. A sent one is deleted.

create table outbox (
    -- Also the letter's Message-ID, so that a repeated one can be told from a new one.
    id integer primary key,
    recipient text not null,
    -- What it says, as JSON. No secret: a link is stored as the nonce that its token follows from.
    letter text not null,
    created_at integer not null,
    attempts integer not null,
    -- When it may be sent. Whoever sends it moves this on first: so long it is theirs.
    due_at integer not null
) strict;

create index outbox_by_due on outbox (due_at);
