-- Who gets in: invitations, and registrations that wait for the approval of a moderator.

create table invitations (
    id integer primary key,
    creator_id integer not null references accounts (id) on delete cascade,
    -- The SHA-256 of the token, which follows from the nonce and the key file.
    token_hash blob not null unique,
    nonce text not null,
    -- The only address that can use it; null if every address can.
    email text,
    email_fold text,
    note text,
    max_uses integer not null,
    -- The accounts that were created with it.
    use_count integer not null default 0,
    -- The registrations with it that wait for approval.
    held_count integer not null default 0,
    created_at integer not null,
    expires_at integer not null,
    revoked_at integer,
    -- The key of the client, and the SHA-256 of the content that it stands for.
    client_key text,
    fingerprint blob,
    -- Never more accounts than it admits, whatever races.
    check (use_count >= 0 and held_count >= 0 and use_count + held_count <= max_uses),
    check ((email is null) = (email_fold is null)),
    check ((client_key is null) = (fingerprint is null)),
    -- A key stands for one invitation, for good.
    unique (creator_id, client_key)
) strict;

create index invitations_by_creator on invitations (creator_id, created_at, id);
create index invitations_by_time on invitations (created_at, id);

-- No reference: a registration with an invitation that was deleted must not be confirmed.
alter table pending_registrations add column invitation_id integer;
-- The note to moderators.
alter table pending_registrations add column note text;

-- Registrations with a confirmed address that wait for approval. Each address and each username is reserved by one.
create table registration_requests (
    id integer primary key,
    email text not null,
    email_fold text not null unique,
    username text not null,
    username_fold text not null unique,
    password_hash text not null,
    -- The guest that becomes the member; null for new users, and once the guest is deleted.
    guest_id integer references accounts (id) on delete set null,
    -- The rest of the form, as JSON.
    profile text not null,
    note text,
    -- Holds one use of the invitation. No reference: a request stays when the invitation is deleted.
    invitation_id integer,
    -- The SHA-256 of the token that confirmed the address; null if an invitation did.
    token_hash blob unique,
    created_at integer not null,
    expires_at integer not null
) strict;

create index registration_requests_by_time on registration_requests (created_at, id);
create index registration_requests_by_expiry on registration_requests (expires_at);
create index registration_requests_by_guest on registration_requests (guest_id) where guest_id is not null;

-- When the account was mailed about the queues of moderators; 0 if it never was.
alter table digests add column queues_sent_at integer not null default 0;
