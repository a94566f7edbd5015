-- Reports show files too, and keep them when the account of the owner is deleted: then they have no owner. For images this
-- is so since 0028, where the way of changing the constraint is explained.
create table new_file_uses (
    subject_id integer not null,
    kind text not null check (kind in ('post', 'message', 'booking', 'report')),
    -- The author's order; at most four.
    position integer not null check (position between 0 and 3),
    file_id integer not null references files (id) on delete cascade,
    primary key (subject_id, kind, position),
    unique (subject_id, kind, file_id)
) strict, without rowid;

insert into new_file_uses select subject_id, kind, position, file_id from file_uses;

drop table file_uses;

alter table new_file_uses rename to file_uses;

create index file_uses_by_file on file_uses (file_id);

pragma writable_schema = on;
update sqlite_schema
set sql = replace(sql, 'owner_id integer not null references accounts', 'owner_id integer references accounts')
where type = 'table' and name = 'files';
pragma writable_schema = reset;
