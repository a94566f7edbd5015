-- Topics that people teach, what each mentor offers, and who is busy when.

create table topics (
    id integer primary key,
    title text not null,
    description text,
    -- Title and description as folded words, a blank before each: what `topics(search:)` looks through.
    words text not null,
    -- Null once the account is deleted: others may teach the topic.
    creator_id integer references users (id) on delete set null,
    -- In use, and offered no longer.
    is_archived integer not null default false,
    created_at integer not null
) strict;

create index topics_by_creator on topics (creator_id);

-- A mentor's standing offer to teach one topic.
create table appointments (
    id integer primary key,
    topic_id integer not null references topics (id),
    mentor_id integer not null references users (id) on delete cascade,
    description text,
    location text,
    -- A name of the IANA database. Hours are local times of this zone; what becomes of them is computed.
    time_zone text not null,
    session_minutes integer not null check (session_minutes between 5 and 480),
    seats integer not null check (seats between 1 and 100),
    -- Weekly hours, exceptions and windows as JSON: they are read and written as a whole, and no statement looks inside.
    availability text not null,
    minimum_notice_minutes integer not null check (minimum_notice_minutes between 0 and 43200),
    cancellation_notice_minutes integer not null check (cancellation_notice_minutes between 0 and 43200),
    horizon_days integer not null check (horizon_days between 1 and 365),
    buffer_minutes integer not null check (buffer_minutes between 0 and 240),
    max_bookings_per_day integer not null check (max_bookings_per_day between 1 and 50),
    is_active integer not null,
    created_at integer not null,
    -- Two offers of one topic by one mentor would be two calendars for the same thing.
    unique (mentor_id, topic_id)
) strict;

create index appointments_by_topic on appointments (topic_id, id);
create index appointments_by_mentor on appointments (mentor_id, id);

-- Who is busy when: one row for a mentor's session, however many students come, and one for each student's seat. It is
-- here so that the database itself refuses what must not be: a person in two places at once.
create table occupancies (
    id integer primary key,
    person_id integer not null references users (id) on delete cascade,
    -- The session. A mentor's row and those of the students who come to it share these three.
    appointment_id integer not null references appointments (id) on delete cascade,
    starts_at integer not null,
    ends_at integer not null,
    -- A mentor's rest after it counts against other sessions of theirs, and against nothing else.
    busy_until integer not null,
    -- A mentor's row says how many come, of how many who may. Null for a student.
    seats integer,
    seats_taken integer,
    check (starts_at < ends_at and ends_at <= busy_until),
    check ((seats is null) = (seats_taken is null)),
    check (seats_taken between 1 and seats)
) strict;

-- One row for the mentor of a session, and the way to it.
create unique index occupancies_of_mentors on occupancies (appointment_id, starts_at) where seats is not null;
create index occupancies_of_students on occupancies (appointment_id, starts_at, person_id) where seats is null;
create index occupancies_by_person on occupancies (person_id, busy_until);
create index occupancies_by_end on occupancies (busy_until);

-- The engine has no constraint for this, so two triggers stand in for one. A person is in one place at a time; a mentor
-- rests between two sessions.
create trigger occupancies_apart before insert on occupancies
when exists (
    select 1 from occupancies as other
    where other.person_id = new.person_id and other.busy_until > new.starts_at
      and ((other.starts_at < new.ends_at and other.ends_at > new.starts_at)
        or (other.seats is not null and new.seats is not null and other.starts_at < new.busy_until))
)
begin
    select raise(abort, 'this person is busy then');
end;

create trigger occupancies_stay_apart before update of person_id, starts_at, ends_at, busy_until on occupancies
when exists (
    select 1 from occupancies as other
    where other.id <> new.id and other.person_id = new.person_id and other.busy_until > new.starts_at
      and ((other.starts_at < new.ends_at and other.ends_at > new.starts_at)
        or (other.seats is not null and new.seats is not null and other.starts_at < new.busy_until))
)
begin
    select raise(abort, 'this person is busy then');
end;

-- People are found by what they teach, too: place 7, the topic's number. A check cannot be changed, so the table is made
-- anew.
create table new_search_words (
    place integer not null check (place between 0 and 7),
    word text not null,
    name text not null,
    user_id integer not null references users (id) on delete cascade,
    primary key (place, word, name, user_id)
) strict, without rowid;

insert into new_search_words (place, word, name, user_id) select place, word, name, user_id from search_words;
drop table search_words;
alter table new_search_words rename to search_words;
create index search_words_by_user on search_words (user_id, place, word, name);
