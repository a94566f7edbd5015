-- Look-ups whose cost grew with the registrations and links that wait.

-- Whether a registration that waits for its link reserves a username.
create index pending_registrations_by_username on pending_registrations (username_fold);

-- The registrations of a guest whose account is deleted.
create index pending_registrations_by_guest on pending_registrations (guest_id) where guest_id is not null;

-- Whether a link that undoes a change reserves an address.
create index mail_tokens_by_email on mail_tokens (email_fold);
