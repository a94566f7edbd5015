-- Pictures that people uploaded. The bytes lie in the media store; these rows say what there is and who uses it.

create table images (
    id bigint primary key,
    owner_id bigint not null references accounts (id) on delete cascade,
    -- Of what is stored, not of what was sent: everything is encoded anew.
    media_type text not null check (media_type in ('image/jpeg', 'image/png')),
    width bigint not null check (width >= 1),
    height bigint not null check (height >= 1),
    -- A thumbhash in base64.
    placeholder text not null,
    -- All sizes together: what counts against the owner's quota.
    bytes bigint not null check (bytes >= 1),
    -- Random. Unique, or removing one image's bytes would take another's away.
    storage_name text not null unique,
    created_at bigint not null,
    -- Since when nothing uses the image: the upload, or the end of the last use. Null while something does. It follows
    -- from image_uses; it is here so that the sweeper reads what is unused and not every image there is.
    unused_since bigint
);

create index images_by_owner on images (owner_id, bytes);
create index images_unused on images (unused_since) where unused_since is not null;

-- What an image is shown by. No foreign key to the subject, which lies in another table for every kind; none is needed,
-- since only its owner attaches an image, and with them go both the image and whatever uses it.
create table image_uses (
    -- An account for an avatar, else the thing of that kind. Ids never collide, so the subject alone finds its images.
    subject_id bigint not null,
    kind text not null check (kind in ('avatar', 'post', 'message', 'topic', 'booking')),
    -- The order in which they are shown, four at most.
    position bigint not null check (position between 0 and 3),
    image_id bigint not null references images (id) on delete cascade,
    primary key (subject_id, kind, position),
    -- The same picture twice in one place is a mistake.
    unique (subject_id, kind, image_id)
);

create index image_uses_by_image on image_uses (image_id);

-- Bytes to remove. A row is written before the first byte is stored and taken away together with the insert into images,
-- so that bytes without an image are always found, wherever a node died.
create table media_deletions (
    name text primary key,
    -- An upload that is still on its way is left alone until then.
    due_at bigint not null
);

create index media_deletions_by_due on media_deletions (due_at);

-- Whatever takes an image away, an account's deletion among it, leaves its bytes to be removed, at once.
create function leave_media_behind () returns trigger
    language plpgsql
as $$
begin
    insert into media_deletions (name, due_at) values (old.storage_name, old.created_at);
    return null;
end
$$;

create trigger images_deleted after delete on images
    for each row execute function leave_media_behind();
