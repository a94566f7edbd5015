-- People: what they share, what they set, who keeps away from whom, and by which words they are found.

create table social_links (
    user_id bigint primary key references users (id) on delete cascade,
    linkedin text,
    facebook text,
    github text,
    instagram text,
    twitter text,
    youtube text,
    website text,
    description text
);

-- No row stands for the defaults below, which the program has too.
create table settings (
    user_id bigint primary key references users (id) on delete cascade,
    message_policy text not null default 'everyone'
        check (message_policy in ('everyone', 'booking_partners', 'nobody')),
    email_visibility text not null default 'only_me'
        check (email_visibility in ('only_me', 'booking_partners', 'members')),
    address_visibility text not null default 'only_me'
        check (address_visibility in ('only_me', 'booking_partners', 'members')),
    student_number_visibility text not null default 'only_me'
        check (student_number_visibility in ('only_me', 'booking_partners', 'members')),
    shows_presence boolean not null default true,
    sends_read_receipts boolean not null default true,
    time_zone text not null default 'UTC'
);

-- What two people are to each other, one row for each of the two: whatever decides what one may do with the other is
-- found by a single look. A pair without rows has nothing to do with each other.
create table relations (
    user_id bigint not null references users (id) on delete cascade,
    other_id bigint not null references users (id) on delete cascade,
    -- Since when `user_id` blocks `other_id`; null when not.
    blocked_at bigint,
    -- One of the two blocks the other: they do not see each other. The same in both rows.
    is_hidden boolean not null default false,
    -- Bookings bind them until then. Written by what makes bookings; the same in both rows.
    partners_until bigint not null default 0,
    primary key (user_id, other_id),
    check (user_id <> other_id),
    check (blocked_at is null or is_hidden)
);

create index relations_by_other on relations (other_id);
create index relations_blocked on relations (user_id, blocked_at, other_id) where blocked_at is not null;

-- By which words members are found: folded, so that they compare byte by byte, in the same order on every engine.
create table search_words (
    -- Where the word stands: 0 nowhere (everybody has this one, and it is empty), 1 names, 2 field of study, 3 skills,
    -- 4 about, 5 a skill as a whole, 6 the year.
    place bigint not null check (place between 0 and 6),
    word text collate "C" not null,
    -- The username, folded: people with the same word are listed by it, as far as one reads and no farther.
    name text collate "C" not null,
    user_id bigint not null references users (id) on delete cascade,
    primary key (place, word, name, user_id)
);

create index search_words_by_user on search_words (user_id, place, word, name);

-- How the words of names, fields, skills and texts look with one letter left out, and whole: `spelling word`. What was
-- typed with one mistake shares a spelling with what was meant.
create table search_spellings (
    entry text collate "C" primary key
);

-- As for lists of ids, for lists of texts.
create function json_each (items text[]) returns table (value text)
    language sql immutable strict parallel safe rows 100
    return unnest(items);
