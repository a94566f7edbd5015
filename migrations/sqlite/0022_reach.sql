-- How members are reached besides the list of notifications: by which channels, when, and by which mails.

-- The channels that an account has chosen for a kind of notification. No row stands for the default of the kind, which
-- the program has.
create table notification_preferences (
    account_id integer not null references accounts (id) on delete cascade,
    -- No list of kinds: a node that is one version behind ignores those that it does not know.
    kind text not null,
    has_mail integer not null,
    has_push integer not null,
    primary key (account_id, kind)
) strict, without rowid;

alter table settings add column digest_frequency text not null default 'hourly'
    check (digest_frequency in ('hourly', 'daily', 'weekly'));
-- Minutes since midnight; both null without quiet hours.
alter table settings add column quiet_from integer check (quiet_from between 0 and 1440);
alter table settings add column quiet_to integer check (quiet_to between 0 and 1440);

-- The digests of an account. No row stands for one that never had any.
create table digests (
    account_id integer primary key references accounts (id) on delete cascade,
    -- What became unread up to this instant was in a digest, or has been left out of one.
    covered_until integer not null,
    -- The last digest; 0 if there was none.
    sent_at integer not null,
    -- The account is not looked at before.
    next_at integer not null
) strict;

-- What became unread, for the digests.
create index notifications_by_unread on notifications (unread_since) where read_at is null;

-- The account and the kinds that the links to unsubscribe of a mail are for, without their signature. Null for mails
-- that every account receives.
alter table outbox add column subscription text;
