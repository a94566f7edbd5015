-- Bookings, what reminds of them, and who lets a calendar read them.

create table bookings (
    id integer primary key,
    -- Null once the offer is gone. What the two agreed on stands in the booking itself.
    appointment_id integer references appointments (id) on delete set null,
    topic_id integer not null references topics (id),
    -- Null once the account is deleted.
    mentor_id integer references users (id) on delete set null,
    student_id integer references users (id) on delete set null,
    starts_at integer not null,
    ends_at integer not null,
    -- The mentor's, when it was booked or moved.
    time_zone text not null,
    location text,
    -- Until then the student may cancel or move it.
    changeable_until integer not null,
    -- What is upcoming is completed from its end on, whether or not somebody has come by to write that down.
    status text not null check (status in ('upcoming', 'completed', 'cancelled', 'no_show')),
    question text,
    booked_at integer not null,
    changed_at integer not null,
    -- How often it was moved or cancelled: calendars take the larger number for the newer one (RFC 5545, 3.8.7.4).
    sequence integer not null default 0,
    cancelled_at integer,
    cancelled_by integer references users (id) on delete set null,
    cancel_reason text,
    no_show_id integer references users (id) on delete set null,
    -- SHA-256 of what the student sent: tells a repeated request from another one with the same key.
    fingerprint blob not null,
    check (starts_at < ends_at),
    check ((status = 'cancelled') = (cancelled_at is not null))
) strict;

create index bookings_by_mentor on bookings (mentor_id, starts_at, id);
create index bookings_by_student on bookings (student_id, starts_at, id);
-- Until when a booking binds two people.
create index bookings_by_pair on bookings (student_id, mentor_id, ends_at);
create index bookings_by_appointment on bookings (appointment_id, starts_at, id);
create index bookings_by_topic on bookings (topic_id, status);
create index bookings_by_canceller on bookings (cancelled_by) where cancelled_by is not null;
create index bookings_by_absentee on bookings (no_show_id) where no_show_id is not null;
-- What is to be completed next.
create index bookings_by_end on bookings (ends_at) where status = 'upcoming';

-- What clients called their bookings, for good.
create table booking_keys (
    student_id integer not null references users (id) on delete cascade,
    client_key text not null,
    booking_id integer not null,
    primary key (student_id, client_key)
) strict, without rowid;

-- Reminders that are still to be given. Whoever deletes the row gives it, in the same transaction; what is cancelled or
-- moved takes its rows along.
create table booking_reminders (
    booking_id integer not null references bookings (id) on delete cascade,
    due_at integer not null,
    primary key (booking_id, due_at)
) strict, without rowid;

create index booking_reminders_by_due on booking_reminders (due_at);

-- One secret address for each person who wants one. The address itself is nowhere: only its hash.
create table calendar_feeds (
    account_id integer primary key references accounts (id) on delete cascade,
    token_hash blob not null unique,
    created_at integer not null
) strict;
