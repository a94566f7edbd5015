-- People. An account is the private side of a person, the user of the same id the public one.
-- Instants are microseconds since 1970, UTC. Ids are made by the program and grow with time.

create table accounts (
    id bigint primary key,
    role text not null check (role in ('member', 'moderator', 'admin', 'guest')),
    -- Both null for guests only. The fold is what may exist once: trimmed, normalised, in lower case.
    email text,
    email_fold text unique,
    -- Null until the mailed link was used. An unconfirmed address never moves to another account.
    email_confirmed_at bigint,
    password_hash text,
    -- Grows with every new password, so that what was begun with an old one can be told.
    password_version bigint not null default 1,
    created_at bigint not null,
    -- Set by staff: nobody signs in, no session lives.
    locked_at bigint,
    check ((role = 'guest') = (password_hash is null)),
    check ((role = 'guest') = (email is null)),
    check ((email is null) = (email_fold is null))
);

-- Few at any time, and asked for whenever one comes or goes.
create index accounts_of_guests on accounts (id) where role = 'guest';

create table users (
    id bigint primary key references accounts (id) on delete cascade,
    username text not null,
    -- Normalised, case-folded, look-alikes mapped to one: two names that a reader could mix up are the same name.
    username_fold text not null unique,
    is_guest boolean not null,
    first_name text,
    last_name text,
    field_of_study text,
    study_year bigint,
    about text,
    joined_at bigint not null
);

create table user_skills (
    user_id bigint not null references users (id) on delete cascade,
    position bigint not null,
    skill text not null,
    primary key (user_id, position)
);

create table contact_details (
    user_id bigint primary key references users (id) on delete cascade,
    student_number text,
    occupation text,
    home_address text,
    county text,
    country text
);

-- Names of deleted accounts, kept from being taken by somebody who would be mistaken for them.
create table retired_usernames (
    username_fold text primary key,
    until bigint not null
);

-- One signed-in device. Secrets are kept as SHA-256 only; they are random, so a slow hash would add nothing.
create table sessions (
    id bigint primary key,
    account_id bigint not null references accounts (id) on delete cascade,
    device_name text not null,
    transport text not null check (transport in ('token', 'cookie')),
    -- Of the current refresh token, or of the cookie.
    secret_hash bytea not null unique,
    -- Grows with every refresh; a refresh token names the generation it belongs to.
    generation bigint not null,
    -- When the current generation replaced the one before it.
    rotated_at bigint not null,
    created_at bigint not null,
    last_used_at bigint not null,
    -- When the password was last asked in this session.
    authenticated_at bigint not null,
    idle_seconds bigint not null,
    expires_at bigint not null
);

create index sessions_by_account on sessions (account_id, last_used_at);

-- What mailed links carry, by its SHA-256. Used once.
create table mail_tokens (
    token_hash bytea primary key,
    account_id bigint not null references accounts (id) on delete cascade,
    purpose text not null check (purpose in ('confirm_email', 'change_email', 'undo_email', 'reset_password')),
    -- The address that the link confirms or brings back.
    email text,
    email_fold text,
    created_at bigint not null,
    expires_at bigint not null
);

create index mail_tokens_by_account on mail_tokens (account_id, purpose);

-- In `confirmed` mode: registrations that wait for their link. Several may wait for one address; the first link wins.
create table pending_registrations (
    token_hash bytea primary key,
    email text not null,
    email_fold text not null,
    password_hash text not null,
    username text not null,
    username_fold text not null,
    -- The guest that becomes the member; null for newcomers, and once the guest is gone.
    guest_id bigint references accounts (id) on delete set null,
    -- The rest of the form, as JSON.
    profile text not null,
    created_at bigint not null,
    expires_at bigint not null
);

create index pending_registrations_by_email on pending_registrations (email_fold);

-- Counted attempts that must survive a restart: wrong passwords per account, mails per address.
create table attempts (
    -- What is counted and for whom, as `kind:subject`.
    key text primary key,
    count bigint not null,
    window_began_at bigint not null,
    -- Nothing more is accepted before this instant.
    blocked_until bigint not null
);

-- Devices that have signed in before keep a counter of their own, so that nobody can lock them out from elsewhere.
create table known_devices (
    secret_hash bytea not null,
    account_id bigint not null references accounts (id) on delete cascade,
    last_seen_at bigint not null,
    -- Several people may share a device.
    primary key (secret_hash, account_id)
);

create index known_devices_by_account on known_devices (account_id, last_seen_at);

-- A list is bound as one value and read by `in (select value from json_each($1))` on both engines: SQLite has this
-- function for JSON text, here it takes an array.
create function json_each (items bigint[]) returns table (value bigint)
    language sql immutable strict parallel safe rows 100
    return unnest(items);
