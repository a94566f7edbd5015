-- Busy calendars: external calendars of members, of which the server reads when their owners are busy.

create table busy_calendars (
    id bigint primary key,
    account_id bigint not null references users (id) on delete cascade,
    name text not null,
    -- Secret: it is the right to read the calendar.
    url text not null,
    -- The version that was read last, as its server names it.
    etag text,
    -- Null until the first success.
    last_read_at bigint,
    -- When the busy times were computed last. Recurrences go on with time, although the calendar does not change.
    computed_at bigint,
    -- Why the last read failed; null when it succeeded. No list of reasons: a newer node has more.
    failure text,
    -- When it is read next. A node that reads it moves this on first, so that another one continues if it dies.
    due_at bigint not null,
    unique (account_id, url)
);

create index busy_calendars_by_due on busy_calendars (due_at);

-- When the owner of a calendar is busy, from the last read on.
create table busy_times (
    calendar_id bigint not null references busy_calendars (id) on delete cascade,
    -- The owner of the calendar.
    account_id bigint not null references users (id) on delete cascade,
    starts_at bigint not null,
    ends_at bigint not null,
    primary key (calendar_id, starts_at, ends_at),
    check (starts_at < ends_at)
);

-- What removes slots, and conflicts with bookings.
create index busy_times_by_account on busy_times (account_id, ends_at);

-- The bookings for which a participant was notified of a conflict: each once.
create table calendar_conflicts (
    booking_id bigint not null references bookings (id) on delete cascade,
    account_id bigint not null references users (id) on delete cascade,
    primary key (booking_id, account_id)
);

create index calendar_conflicts_by_account on calendar_conflicts (account_id);
