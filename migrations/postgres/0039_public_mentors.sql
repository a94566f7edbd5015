-- Whether callers who are not signed in can see the page of the mentor: name, avatar, text, topics and free times.
alter table settings add column is_mentor_page_public boolean not null default false;
