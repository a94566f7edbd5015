-- Feeds: numbered streams of events that subscriptions follow and resume.

-- One row per feed, made by its first event. A feed has the id of what it belongs to; ids never collide, so neither do
-- feeds. The small numbers are feeds of the whole house.
create table feeds (
    id bigint primary key,
    -- The number of the newest event. Raising it holds the row until the commit, so numbers follow the order of commits
    -- and leave no gaps: a rolled back event gives its number back.
    head bigint not null,
    -- Everything up to this number was removed for its age. The oldest event that is left is the next one.
    trimmed bigint not null,
    check (head >= 1),
    check (trimmed between 0 and head)
    -- Room in each page: a row that is raised all the time moves within its page and touches no index.
) with (fillfactor = 60);

-- No foreign key to the feed: an event is written right after its feed's row in the same transaction, and a check for
-- each would buy nothing. No list of kinds: a node that is one version behind passes over those it does not know.
create table feed_events (
    feed bigint not null,
    number bigint not null check (number >= 1),
    kind text not null,
    -- What the event is about, and one thing more where the kind wants it. Ids and codes only: what people wrote stands
    -- in one place, so that deleting it there is enough.
    subject bigint not null,
    detail bigint,
    happened_at bigint not null,
    -- Also the order in which a feed is read, and what keeps a number from being given twice.
    primary key (feed, number)
);

-- Which node has which number. The number goes into the node's ids, in 10 bits, and keeps them apart from others'.
create table nodes (
    -- 0 is left for ids that are made without a lease.
    number bigint primary key check (number between 1 and 1023),
    -- Random, of the process that holds the number: a node that slept too long does not take another's lease for its own.
    token bigint not null,
    -- After this instant anybody may take the number.
    renewed_until bigint not null
);
