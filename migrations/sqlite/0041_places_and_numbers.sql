-- The place in a waitlist that the student's clients know from events: 0 while a seat is held, -1 while the entry is hidden,
-- 21 for all places behind the 20th. What differs from the place that an entry has is announced.
alter table waitlist_entries add column announced_place integer not null default 0;

-- Finds the account with a student number, where only one may have it.
create index contact_details_by_student_number on contact_details (lower(student_number));
