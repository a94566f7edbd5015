-- People. An account is the private side of a person, the user of the same id the public one.
-- Instants are microseconds since 1970, UTC. Ids are made by the program and grow with time.

create table accounts (
    id integer primary key,
    role text not null check (role in ('member', 'moderator', 'admin', 'guest')),
    -- Both null for guests only. The fold is what may exist once: trimmed, normalised, in lower case.
    email text,
    email_fold text unique,
    -- Null until the mailed link was used. An unconfirmed address never moves to another account.
    email_confirmed_at integer,
    password_hash text,
    -- Grows with every new password, so that what was begun with an old one can be told.
    password_version integer not null default 1,
    created_at integer not null,
    -- Set by staff: nobody signs in, no session lives.
    locked_at integer,
    check ((role = 'guest') = (password_hash is null)),
    check ((role = 'guest') = (email is null)),
    check ((email is null) = (email_fold is null))
) strict;

-- Few at any time, and asked for whenever one comes or goes.
create index accounts_of_guests on accounts (id) where role = 'guest';

create table users (
    id integer primary key references accounts (id) on delete cascade,
    username text not null,
    -- Normalised, case-folded, look-alikes mapped to one: two names that a reader could mix up are the same name.
    username_fold text not null unique,
    is_guest integer not null,
    first_name text,
    last_name text,
    field_of_study text,
    study_year integer,
    about text,
    joined_at integer not null
) strict;

create table user_skills (
    user_id integer not null references users (id) on delete cascade,
    position integer not null,
    skill text not null,
    primary key (user_id, position)
) strict;

create table contact_details (
    user_id integer primary key references users (id) on delete cascade,
    student_number text,
    occupation text,
    home_address text,
    county text,
    country text
) strict;

-- Names of deleted accounts, kept from being taken by somebody who would be mistaken for them.
create table retired_usernames (
    username_fold text primary key,
    until integer not null
) strict;

-- One signed-in device. Secrets are kept as SHA-256 only; they are random, so a slow hash would add nothing.
create table sessions (
    id integer primary key,
    account_id integer not null references accounts (id) on delete cascade,
    device_name text not null,
    transport text not null check (transport in ('token', 'cookie')),
    -- Of the current refresh token, or of the cookie.
    secret_hash blob not null unique,
    -- Grows with every refresh; a refresh token names the generation it belongs to.
    generation integer not null,
    -- When the current generation replaced the one before it.
    rotated_at integer not null,
    created_at integer not null,
    last_used_at integer not null,
    -- When the password was last asked in this session.
    authenticated_at integer not null,
    idle_seconds integer not null,
    expires_at integer not null
) strict;

create index sessions_by_account on sessions (account_id, last_used_at);

-- What mailed links carry, by its SHA-256. Used once.
create table mail_tokens (
    token_hash blob primary key,
    account_id integer not null references accounts (id) on delete cascade,
    purpose text not null check (purpose in ('confirm_email', 'change_email', 'undo_email', 'reset_password')),
    -- The address that the link confirms or brings back.
    email text,
    email_fold text,
    created_at integer not null,
    expires_at integer not null
) strict;

create index mail_tokens_by_account on mail_tokens (account_id, purpose);

-- In `confirmed` mode: registrations that wait for their link. Several may wait for one address; the first link wins.
create table pending_registrations (
    token_hash blob primary key,
    email text not null,
    email_fold text not null,
    password_hash text not null,
    username text not null,
    username_fold text not null,
    -- The guest that becomes the member; null for newcomers, and once the guest is gone.
    guest_id integer references accounts (id) on delete set null,
    -- The rest of the form, as JSON.
    profile text not null,
    created_at integer not null,
    expires_at integer not null
) strict;

create index pending_registrations_by_email on pending_registrations (email_fold);

-- Counted attempts that must survive a restart: wrong passwords per account, mails per address.
create table attempts (
    -- What is counted and for whom, as `kind:subject`.
    key text primary key,
    count integer not null,
    window_began_at integer not null,
    -- Nothing more is accepted before this instant.
    blocked_until integer not null
) strict;

-- Devices that have signed in before keep a counter of their own, so that nobody can lock them out from elsewhere.
create table known_devices (
    secret_hash blob not null,
    account_id integer not null references accounts (id) on delete cascade,
    last_seen_at integer not null,
    -- Several people may share a device.
    primary key (secret_hash, account_id)
) strict;

create index known_devices_by_account on known_devices (account_id, last_seen_at);
