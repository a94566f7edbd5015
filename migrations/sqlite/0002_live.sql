-- Feeds: numbered streams of events that subscriptions follow and resume.

-- One row per feed, made by its first event. A feed has the id of what it belongs to; ids never collide, so neither do
-- feeds. The small numbers are feeds of the whole house.
create table feeds (
    id integer primary key,
    -- The number of the newest event. Raising it holds the row until the commit, so numbers follow the order of commits
    -- and leave no gaps: a rolled back event gives its number back.
    head integer not null,
    -- Everything up to this number was removed for its age. The oldest event that is left is the next one.
    trimmed integer not null,
    check (head >= 1),
    check (trimmed between 0 and head)
) strict;

-- No foreign key to the feed: an event is written right after its feed's row in the same transaction, and a check for
-- each would buy nothing. No list of kinds: a node that is one version behind passes over those it does not know.
create table feed_events (
    feed integer not null,
    number integer not null check (number >= 1),
    kind text not null,
    -- What the event is about, and one thing more where the kind wants it. Ids and codes only: what people wrote stands
    -- in one place, so that deleting it there is enough.
    subject integer not null,
    detail integer,
    happened_at integer not null,
    -- Also the order in which a feed is read, and what keeps a number from being given twice.
    primary key (feed, number)
) strict, without rowid;

-- Which node has which number. The number goes into the node's ids, in 10 bits, and keeps them apart from others'.
create table nodes (
    -- 0 is left for ids that are made without a lease.
    number integer primary key check (number between 1 and 1023),
    -- Random, of the process that holds the number: a node that slept too long does not take another's lease for its own.
    token integer not null,
    -- After this instant anybody may take the number.
    renewed_until integer not null
) strict;
