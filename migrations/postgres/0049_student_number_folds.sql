-- The student number without regard to case, by which it is compared where only one account may have it. Made in Rust, so
-- that both engines compare alike. Nodes fill in what is missing when they start.
alter table contact_details add column student_number_fold text;

drop index contact_details_by_student_number;
create index contact_details_by_student_number_fold on contact_details (student_number_fold)
    where student_number_fold is not null;
