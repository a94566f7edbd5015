-- The audit log: who did what to an account, when, and from where. Rows outlive an account, without its id and address. No
-- references: the deletion of an account takes them out in small transactions.
create table audit_events (
    id bigint primary key,
    kind text not null,
    -- Null for failed logins with a name that no account has, and once the account is deleted.
    account_id bigint,
    -- The account whose session or link it was; null for failures, and for commands.
    actor_id bigint,
    origin text not null check (origin in ('client', 'command')),
    -- Null for commands, and once the account is deleted of the person who acted or failed to sign in.
    address text,
    -- Of the first one, where several failures are one row.
    happened_at bigint not null,
    count bigint not null default 1 check (count > 0)
);

create index audit_events_by_time on audit_events (happened_at, id);
create index audit_events_by_account on audit_events (account_id, happened_at, id) where account_id is not null;
create index audit_events_by_actor on audit_events (actor_id, happened_at, id) where actor_id is not null;
