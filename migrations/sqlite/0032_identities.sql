-- Accounts at identity providers (OpenID Connect), with which members sign in.

-- A member who signs in at a provider has no password. SQLite has no statement that changes a check; see 0012.
pragma writable_schema = on;
update sqlite_schema
set sql = replace(sql, 'check ((role = ''guest'') = (password_hash is null))',
                  'check (role <> ''guest'' or password_hash is null)')
where type = 'table' and name = 'accounts';
pragma writable_schema = reset;

create table identities (
    id integer primary key,
    account_id integer not null references accounts (id) on delete cascade,
    provider text not null,
    -- The account at the provider: its `iss` and `sub`, and nothing else.
    issuer text not null,
    subject text not null,
    label text not null,
    linked_at integer not null,
    last_used_at integer,
    unique (issuer, subject)
) strict;

create index identities_by_account on identities (account_id);

-- Sessions that started at a provider, with the provider's own session: a back-channel logout names either.
create table identity_sessions (
    session_id integer primary key references sessions (id) on delete cascade,
    identity_id integer not null references identities (id) on delete cascade,
    provider_session text
) strict;

create index identity_sessions_by_identity on identity_sessions (identity_id);

-- Sign-ins that have started, by the SHA-256 of their `state`.
create table identity_logins (
    state_hash blob primary key,
    provider text not null,
    code_challenge text not null,
    redirect_url text not null,
    expires_at integer not null
) strict;

create index identity_logins_by_expiry on identity_logins (expires_at);

-- Sign-ins that a client may finish, by the SHA-256 of their code.
create table identity_codes (
    code_hash blob primary key,
    provider text not null,
    code_challenge text not null,
    -- What the provider says about the person, as JSON.
    claims text not null,
    expires_at integer not null
) strict;

create index identity_codes_by_expiry on identity_codes (expires_at);

-- Logout tokens of providers that were used: each counts once.
create table identity_logouts (
    token_hash blob primary key,
    expires_at integer not null
) strict;

create index identity_logouts_by_expiry on identity_logouts (expires_at);
