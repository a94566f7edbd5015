-- Calendars that keep their events, and where online meetings take place.

-- The id of this installation, drawn once. Calendars and mail programs keep ids that contain it, so it must not change
-- with the public URL.
create table installation (
    id bigint primary key check (id = 1),
    name text not null
);

-- What an event of an account's calendar looked like when it was read last. A change of it raises the event's SEQUENCE.
create table calendar_revisions (
    account_id bigint not null references accounts (id) on delete cascade,
    uid text not null,
    -- A hash of the texts of the event.
    content bytea not null,
    -- How often they have changed, and when last.
    revision bigint not null,
    changed_at bigint not null,
    primary key (account_id, uid)
);

-- For the mentor and the students who booked. A booking has a copy, like its location.
alter table appointments add column meeting_url text;
alter table bookings add column meeting_url text;

-- The offset from UTC at the start, in seconds, as it was when the booking was made or moved: tells which bookings a
-- change of law has moved on the clock.
alter table bookings add column utc_offset bigint;

-- The seats of the session, as the appointment has them: the calendar of a mentor has one event for a session with more
-- than one.
alter table bookings add column seats bigint not null default 1;

update bookings
set seats = coalesce((select appointments.seats from appointments where appointments.id = appointment_id), 1);
