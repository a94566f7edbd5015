-- Web Push: where the browsers of sessions receive messages, and what is about to be sent to them.

create table push_subscriptions (
    -- One at most for each session, and gone with it.
    session_id integer primary key references sessions (id) on delete cascade,
    account_id integer not null references accounts (id) on delete cascade,
    -- A browser has one, whichever account is signed in.
    endpoint text not null unique,
    -- The public key of the browser and the secret that it shares with this server (RFC 8291).
    p256dh blob not null,
    auth blob not null,
    created_at integer not null
) strict;

create index push_subscriptions_by_account on push_subscriptions (account_id);

-- What an account is to hear of: a notification, or the unread messages of a conversation. Deleted when it was sent,
-- or is no longer of interest.
create table pushes (
    account_id integer not null references accounts (id) on delete cascade,
    kind text not null,
    -- The notification, or the conversation.
    subject_id integer not null,
    caused_at integer not null,
    -- Later than the cause when there was another one before it was sent.
    newest_at integer not null,
    attempts integer not null,
    -- A node that claims it moves this forward, and owns it until then.
    due_at integer not null,
    primary key (account_id, kind, subject_id)
) strict, without rowid;

create index pushes_by_due on pushes (due_at);
