-- Mentoring: questions to students who book, approval by the mentor, and times off.

-- The questions of an appointment and the answers of a booking as JSON: they are read and written as a whole.
alter table appointments add column questions text not null default '[]';
alter table bookings add column answers text not null default '[]';

-- Whether bookings need the mentor's approval.
alter table appointments add column is_approval_required boolean not null default false;

-- A request is stored as an upcoming booking with an instant at which it expires, and what became of it without an approval
-- as a cancelled booking with a refusal. So nodes of the version before still keep its seat, and read every row.
alter table bookings add column approval_expires_at bigint;
-- Declined by the mentor, expired, or withdrawn by the student, which is shown as cancelled.
alter table bookings add column refusal text check (refusal in ('declined', 'expired', 'withdrawn'));

-- Which requests expire next.
create index bookings_by_approval on bookings (approval_expires_at, id) where approval_expires_at is not null;

drop index bookings_by_topic;
-- Requests do not count.
create index bookings_by_topic on bookings (topic_id, status, approval_expires_at);

-- When a mentor has no slots. Not in `occupancies`: times off may overlap, and the mentor can still book as a student.
create table times_off (
    id bigint primary key,
    mentor_id bigint not null references users (id) on delete cascade,
    starts_at bigint not null,
    ends_at bigint not null,
    -- For the mentor only.
    note text,
    check (starts_at < ends_at)
);

-- What removes slots now, and the list of a mentor.
create index times_off_by_mentor on times_off (mentor_id, ends_at);

-- The client keys of times off, for good. No reference: when the time off is deleted, its key is not free again.
create table time_off_keys (
    mentor_id bigint not null references users (id) on delete cascade,
    client_key text not null,
    time_off_id bigint not null,
    -- SHA-256 of the content: distinguishes a repeated request from another one with the same key.
    fingerprint bytea not null,
    primary key (mentor_id, client_key)
);

-- Whether the user ever had an appointment, which may be deleted.
alter table users add column was_mentor boolean not null default false;

update users set was_mentor = true
where exists (select 1 from appointments where mentor_id = users.id)
    or exists (select 1 from bookings where mentor_id = users.id);
