-- Waitlists of full slots.

-- A place of a student in the waitlist of a slot. It is deleted when it ends.
create table waitlist_entries (
    id bigint primary key,
    appointment_id bigint not null references appointments (id) on delete cascade,
    mentor_id bigint not null references users (id) on delete cascade,
    student_id bigint not null references users (id) on delete cascade,
    starts_at bigint not null,
    ends_at bigint not null,
    joined_at bigint not null,
    -- The slot can be booked until then: its start without the minimum notice.
    bookable_until bigint not null,
    -- Until when a seat of the session is held for the student: the mentor's occupancy counts it as taken. Null while the
    -- student waits.
    offer_expires_at bigint,
    check (starts_at < ends_at),
    -- A student has one place.
    unique (appointment_id, starts_at, student_id)
);

-- What a change of a mentor's sessions has to look at, and the list of a student.
create index waitlist_entries_by_mentor on waitlist_entries (mentor_id, starts_at);
create index waitlist_entries_by_student on waitlist_entries (student_id, starts_at);
-- What ends next.
create index waitlist_entries_by_offer on waitlist_entries (offer_expires_at) where offer_expires_at is not null;
create index waitlist_entries_by_end on waitlist_entries (bookable_until);
