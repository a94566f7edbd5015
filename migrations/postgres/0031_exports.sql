-- Data exports of members: at most one each, the latest.
create table data_exports (
    id bigint primary key,
    account_id bigint not null unique references accounts (id) on delete cascade,
    status text not null check (status in ('pending', 'ready', 'failed')),
    requested_at bigint not null,
    -- A node prepares a pending export until then; afterwards another one may.
    claimed_until bigint not null,
    -- Distinguishes the claims: only the latest completes the export.
    attempts bigint not null default 0,
    ready_at bigint,
    expires_at bigint,
    bytes bigint,
    -- The name of the ZIP file in the media store.
    storage_name text unique,
    check ((status = 'ready') = (storage_name is not null))
);

create index data_exports_pending on data_exports (claimed_until) where status = 'pending';

create function leave_export_behind () returns trigger
    language plpgsql
as $$
begin
    insert into media_deletions (name, due_at) values (old.storage_name, old.requested_at);
    return null;
end
$$;

-- Also when the account is deleted.
create trigger data_exports_deleted after delete on data_exports
    for each row when (old.storage_name is not null) execute function leave_export_behind();
