-- Bookings, what reminds of them, and who lets a calendar read them.

create table bookings (
    id bigint primary key,
    -- Null once the offer is gone. What the two agreed on stands in the booking itself.
    appointment_id bigint references appointments (id) on delete set null,
    topic_id bigint not null references topics (id),
    -- Null once the account is deleted.
    mentor_id bigint references users (id) on delete set null,
    student_id bigint references users (id) on delete set null,
    starts_at bigint not null,
    ends_at bigint not null,
    -- The mentor's, when it was booked or moved.
    time_zone text not null,
    location text,
    -- Until then the student may cancel or move it.
    changeable_until bigint not null,
    -- What is upcoming is completed from its end on, whether or not somebody has come by to write that down.
    status text not null check (status in ('upcoming', 'completed', 'cancelled', 'no_show')),
    question text,
    booked_at bigint not null,
    changed_at bigint not null,
    -- How often it was moved or cancelled: calendars take the larger number for the newer one (RFC 5545, 3.8.7.4).
    sequence bigint not null default 0,
    cancelled_at bigint,
    cancelled_by bigint references users (id) on delete set null,
    cancel_reason text,
    no_show_id bigint references users (id) on delete set null,
    -- SHA-256 of what the student sent: tells a repeated request from another one with the same key.
    fingerprint bytea not null,
    check (starts_at < ends_at),
    check ((status = 'cancelled') = (cancelled_at is not null))
);

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
    student_id bigint not null references users (id) on delete cascade,
    client_key text not null,
    booking_id bigint not null,
    primary key (student_id, client_key)
);

-- Reminders that are still to be given. Whoever deletes the row gives it, in the same transaction; what is cancelled or
-- moved takes its rows along.
create table booking_reminders (
    booking_id bigint not null references bookings (id) on delete cascade,
    due_at bigint not null,
    primary key (booking_id, due_at)
);

create index booking_reminders_by_due on booking_reminders (due_at);

-- One secret address for each person who wants one. The address itself is nowhere: only its hash.
create table calendar_feeds (
    account_id bigint primary key references accounts (id) on delete cascade,
    token_hash bytea not null unique,
    created_at bigint not null
);
