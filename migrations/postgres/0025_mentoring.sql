-- Mentoring: questions to students who book, and approval by the mentor.

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
