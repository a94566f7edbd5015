-- Rights that end when they end: addresses, names, links and tokens.

-- A member has no address once another account has confirmed it first.
alter table accounts drop constraint accounts_check1;
alter table accounts add constraint accounts_check1 check (role <> 'guest' or email is null);

-- When the generation before the current one replaced its predecessor: the last two refresh tokens get the newest one
-- for a minute.
alter table sessions add column previous_rotated_at bigint;

-- Who may take a name again: the account that changed its name, or whoever registers with the address of a deleted
-- account, by a keyed hash of it.
alter table retired_usernames add column account_id bigint references accounts (id) on delete set null;
alter table retired_usernames add column owner_hash bytea;

create index retired_usernames_by_account on retired_usernames (account_id);

-- Mailed links that were used or replaced, so that pressing one again can say that its purpose is met.
create table used_mail_tokens (
    token_hash bytea primary key,
    account_id bigint not null references accounts (id) on delete cascade,
    purpose text not null,
    email_fold text,
    expires_at bigint not null
);

create index used_mail_tokens_by_account on used_mail_tokens (account_id);

create index used_mail_tokens_by_expiry on used_mail_tokens (expires_at);

-- Grows when an account revokes its calendar addresses; no row is generation 0. The signature of a booking's calendar
-- contains it.
create table calendar_generations (
    account_id bigint primary key references accounts (id) on delete cascade,
    generation bigint not null
);

-- The network that a guest came from, as a keyed hash: each network has a share of the guests.
create table guest_networks (
    guest_id bigint primary key references accounts (id) on delete cascade,
    network bigint not null,
    is_campus boolean not null
);

create index guest_networks_by_network on guest_networks (network);
