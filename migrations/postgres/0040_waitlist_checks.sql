-- Mentors whose waitlists are to be looked at again: a student who waits there is free at the time of a booking that was moved
-- or has ended. Written without the schedules of these mentors being locked, so each row has a key of its own, by the version
-- of the booking: two transactions never wait for each other.
create table waitlist_checks (
    mentor_id bigint not null references users (id) on delete cascade,
    booking_id bigint not null,
    sequence bigint not null,
    primary key (mentor_id, booking_id, sequence)
);
