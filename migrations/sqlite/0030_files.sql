-- Files that members uploaded for download, stored as they were sent. The bytes lie in the media store.
create table files (
    id integer primary key,
    owner_id integer not null references accounts (id) on delete cascade,
    -- Detected from the content.
    media_type text not null,
    -- Cleaned: without a path, with an extension that matches the type.
    name text not null,
    bytes integer not null check (bytes >= 1),
    -- Random, unique among files and images: their bytes are in one store.
    storage_name text not null unique,
    created_at integer not null,
    -- When the last use ended, or the upload; null while something uses the file.
    unused_since integer
) strict;

create index files_by_owner on files (owner_id, bytes);
create index files_unused on files (unused_since) where unused_since is not null;

-- The objects that files are attached to. No foreign key to them: they are in a table for each kind.
create table file_uses (
    subject_id integer not null,
    kind text not null check (kind in ('post', 'message', 'booking')),
    -- The author's order; at most four.
    position integer not null check (position between 0 and 3),
    file_id integer not null references files (id) on delete cascade,
    primary key (subject_id, kind, position),
    unique (subject_id, kind, file_id)
) strict, without rowid;

create index file_uses_by_file on file_uses (file_id);

-- Also when the account of the owner is deleted.
create trigger files_deleted after delete on files
begin
    insert into media_deletions (name, due_at) values (old.storage_name, old.created_at);
end;
