-- Topics that people teach, what each mentor offers, and who is busy when.

create table topics (
    id bigint primary key,
    title text not null,
    description text,
    -- Title and description as folded words, a blank before each: what `topics(search:)` looks through.
    words text not null,
    -- Null once the account is deleted: others may teach the topic.
    creator_id bigint references users (id) on delete set null,
    -- In use, and offered no longer.
    is_archived boolean not null default false,
    created_at bigint not null
);

create index topics_by_creator on topics (creator_id);

-- A mentor's standing offer to teach one topic.
create table appointments (
    id bigint primary key,
    topic_id bigint not null references topics (id),
    mentor_id bigint not null references users (id) on delete cascade,
    description text,
    location text,
    -- A name of the IANA database. Hours are local times of this zone; what becomes of them is computed.
    time_zone text not null,
    session_minutes bigint not null check (session_minutes between 5 and 480),
    seats bigint not null check (seats between 1 and 100),
    -- Weekly hours, exceptions and windows as JSON: they are read and written as a whole, and no statement looks inside.
    availability text not null,
    minimum_notice_minutes bigint not null check (minimum_notice_minutes between 0 and 43200),
    cancellation_notice_minutes bigint not null check (cancellation_notice_minutes between 0 and 43200),
    horizon_days bigint not null check (horizon_days between 1 and 365),
    buffer_minutes bigint not null check (buffer_minutes between 0 and 240),
    max_bookings_per_day bigint not null check (max_bookings_per_day between 1 and 50),
    is_active boolean not null,
    created_at bigint not null,
    -- Two offers of one topic by one mentor would be two calendars for the same thing.
    unique (mentor_id, topic_id)
);

create index appointments_by_topic on appointments (topic_id, id);
create index appointments_by_mentor on appointments (mentor_id, id);

-- Who is busy when: one row for a mentor's session, however many students come, and one for each student's seat. It is
-- here so that the database itself refuses what must not be: a person in two places at once.
create table occupancies (
    id bigint primary key,
    person_id bigint not null references users (id) on delete cascade,
    -- The session. A mentor's row and those of the students who come to it share these three.
    appointment_id bigint not null references appointments (id) on delete cascade,
    starts_at bigint not null,
    ends_at bigint not null,
    -- A mentor's rest after it counts against other sessions of theirs, and against nothing else.
    busy_until bigint not null,
    -- A mentor's row says how many come, of how many who may. Null for a student.
    seats bigint,
    seats_taken bigint,
    check (starts_at < ends_at and ends_at <= busy_until),
    check ((seats is null) = (seats_taken is null)),
    check (seats_taken between 1 and seats),
    -- Person and time as one number, so that no extension is needed: times have 18 digits, persons stand above them.
    exclude using gist (
        numrange(
            cast(person_id as numeric) * 1000000000000000000000 + starts_at,
            cast(person_id as numeric) * 1000000000000000000000 + ends_at
        ) with &&
    ),
    exclude using gist (
        numrange(
            cast(person_id as numeric) * 1000000000000000000000 + starts_at,
            cast(person_id as numeric) * 1000000000000000000000 + busy_until
        ) with &&
    ) where (seats is not null)
);

-- One row for the mentor of a session, and the way to it.
create unique index occupancies_of_mentors on occupancies (appointment_id, starts_at) where seats is not null;
create index occupancies_of_students on occupancies (appointment_id, starts_at, person_id) where seats is null;
create index occupancies_by_person on occupancies (person_id, busy_until);
create index occupancies_by_end on occupancies (busy_until);

-- People are found by what they teach, too: place 7, the topic's number.
alter table search_words drop constraint search_words_place_check;
alter table search_words add constraint search_words_place_check check (place between 0 and 7);
