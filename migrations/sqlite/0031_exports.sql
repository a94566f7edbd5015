-- Data exports of members: at most one each, the latest.
create table data_exports (
    id integer primary key,
    account_id integer not null unique references accounts (id) on delete cascade,
    status text not null check (status in ('pending', 'ready', 'failed')),
    requested_at integer not null,
    -- A node prepares a pending export until then; afterwards another one may.
    claimed_until integer not null,
    -- Distinguishes the claims: only the latest completes the export.
    attempts integer not null default 0,
    ready_at integer,
    expires_at integer,
    bytes integer,
    -- The name of the ZIP file in the media store.
    storage_name text unique,
    check ((status = 'ready') = (storage_name is not null))
) strict;

create index data_exports_pending on data_exports (claimed_until) where status = 'pending';

-- Also when the account is deleted.
create trigger data_exports_deleted after delete on data_exports when old.storage_name is not null
begin
    insert into media_deletions (name, due_at) values (old.storage_name, old.requested_at);
end;
