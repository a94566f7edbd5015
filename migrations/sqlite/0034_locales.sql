-- The language that a member has chosen; null for that of the server. Which languages there are is known to the program.
alter table accounts add column locale text;

-- The language of the request that a registration was made with.
alter table pending_registrations add column locale text;
alter table registration_requests add column locale text;
