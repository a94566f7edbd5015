-- Moderation: locks with an end, the queue of reports, and the log of the actions of moderators and admins.

-- When a lock ends; null for a lock without an end. It is over at this instant, also before the row is cleared.
alter table accounts add column lock_ends_at integer;
-- The reason, as the member received it; null for locks from the command line.
alter table accounts add column lock_reason text;

create index accounts_by_lock_end on accounts (lock_ends_at) where lock_ends_at is not null;

-- The complaints about one object until they are resolved. Earlier versions had one row for each complaint.
create table new_reports (
    id integer primary key,
    kind text not null,
    subject_id integer not null,
    -- The author, or the reported user. No reference: the report stays when the account is deleted.
    user_id integer,
    -- The object at the first complaint; null 30 days after the resolution.
    copied_username text,
    copied_text text,
    created_at integer not null,
    last_complaint_at integer not null,
    assignee_id integer references users (id) on delete set null,
    resolved_at integer,
    resolver_id integer references users (id) on delete set null,
    -- The sum of the actions taken: 1 for the removal, 2 for the warning, 4 for the lock.
    actions integer not null default 0,
    message text,
    note text
) strict;

insert into new_reports
    (id, kind, subject_id, user_id, copied_username, copied_text, created_at, last_complaint_at)
select reports.id, reports.kind, reports.subject_id, author.id, coalesce(copied_author, author.username), copied_text,
       bounds.first_at, bounds.last_at
from reports
join (select min(id) as id, min(reported_at) as first_at, max(reported_at) as last_at
      from reports group by subject_id) as bounds on bounds.id = reports.id
left join messages on messages.id = reports.subject_id
left join posts on posts.id = reports.subject_id
left join comments on comments.id = reports.subject_id
left join users as author
    on author.id = coalesce(messages.author_id, posts.author_id, comments.author_id, reports.subject_id);

-- The complaint of one member or guest about a report.
create table complaints (
    id integer primary key,
    report_id integer not null references new_reports (id) on delete cascade,
    reporter_id integer references users (id) on delete set null,
    reason text not null,
    made_at integer not null,
    -- The latest reason counts.
    unique (report_id, reporter_id)
) strict;

insert into complaints
select id, (select min(earliest.id) from reports as earliest where earliest.subject_id = reports.subject_id),
       reporter_id, reason, reported_at
from reports;

drop table reports;

alter table new_reports rename to reports;

-- An object has one open report at most.
create unique index reports_open on reports (subject_id) where resolved_at is null;
create index reports_by_complaint on reports (last_complaint_at, id);
create index reports_by_user on reports (user_id) where user_id is not null;
create index reports_by_assignee on reports (assignee_id) where assignee_id is not null;
create index reports_by_resolver on reports (resolver_id) where resolver_id is not null;
create index reports_with_copy on reports (resolved_at) where resolved_at is not null and copied_username is not null;
create index complaints_by_reporter on complaints (reporter_id) where reporter_id is not null;

-- What moderators and admins did. No references: rows never change, and a deleted account has no name any more.
create table staff_actions (
    id integer primary key,
    kind text not null,
    -- Null for the command line.
    actor_id integer,
    -- The member or guest concerned.
    user_id integer,
    report_id integer,
    note text,
    -- The new role.
    role text,
    -- The end of the lock.
    lock_ends_at integer,
    happened_at integer not null
) strict;

create index staff_actions_by_time on staff_actions (happened_at, id);
create index staff_actions_by_actor on staff_actions (actor_id, happened_at, id);
create index staff_actions_by_user on staff_actions (user_id, happened_at, id);

-- The database itself refuses to rewrite the log.
create trigger staff_actions_stay before update on staff_actions
begin
    select raise(abort, 'staff actions are never changed');
end;

create trigger staff_actions_remain before delete on staff_actions
begin
    select raise(abort, 'staff actions are never deleted');
end;

-- Reports show images too, and keep them when the account of the owner is deleted: then they have no owner.
-- SQLite cannot change a constraint, so the table is created anew; its documentation allows to change the text of the
-- other one, because the rows stay as they are (lang_altertable.html, section 7).
create table new_image_uses (
    subject_id integer not null,
    kind text not null check (kind in ('avatar', 'post', 'message', 'topic', 'booking', 'group', 'report')),
    position integer not null check (position between 0 and 3),
    image_id integer not null references images (id) on delete cascade,
    primary key (subject_id, kind, position),
    unique (subject_id, kind, image_id)
) strict, without rowid;

insert into new_image_uses select subject_id, kind, position, image_id from image_uses;

drop table image_uses;

alter table new_image_uses rename to image_uses;

create index image_uses_by_image on image_uses (image_id);

pragma writable_schema = on;
update sqlite_schema
set sql = replace(sql, 'owner_id integer not null references accounts', 'owner_id integer references accounts')
where type = 'table' and name = 'images';
pragma writable_schema = reset;

-- The message of moderators to a member.
alter table notifications add column message text;
