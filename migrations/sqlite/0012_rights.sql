-- Rights that end when they end: addresses, names, links and tokens.

-- A member has no address once another account has confirmed it first. SQLite has no statement that changes a check.
-- Its documentation allows this one, because the rows stay as they are (lang_altertable.html, section 7).
pragma writable_schema = on;
update sqlite_schema
set sql = replace(sql, 'check ((role = ''guest'') = (email is null))', 'check (role <> ''guest'' or email is null)')
where type = 'table' and name = 'accounts';
pragma writable_schema = reset;

-- When the generation before the current one replaced its predecessor: the last two refresh tokens get the newest one
-- for a minute.
alter table sessions add column previous_rotated_at integer;

-- Who may take a name again: the account that changed its name, or whoever registers with the address of a deleted
-- account, by a keyed hash of it.
alter table retired_usernames add column account_id integer references accounts (id) on delete set null;
alter table retired_usernames add column owner_hash blob;

create index retired_usernames_by_account on retired_usernames (account_id);

-- Mailed links that were used or replaced, so that pressing one again can say that its purpose is met.
create table used_mail_tokens (
    token_hash blob primary key,
    account_id integer not null references accounts (id) on delete cascade,
    purpose text not null,
    email_fold text,
    expires_at integer not null
) strict;

create index used_mail_tokens_by_account on used_mail_tokens (account_id);

create index used_mail_tokens_by_expiry on used_mail_tokens (expires_at);

-- Grows when an account revokes its calendar addresses; no row is generation 0. The signature of a booking's calendar
-- contains it.
create table calendar_generations (
    account_id integer primary key references accounts (id) on delete cascade,
    generation integer not null
) strict;

-- The network that a guest came from, as a keyed hash: each network has a share of the guests.
create table guest_networks (
    guest_id integer primary key references accounts (id) on delete cascade,
    network integer not null,
    is_campus integer not null
) strict;

create index guest_networks_by_network on guest_networks (network);
