-- Reports show files too, and keep them when the account of the owner is deleted: then they have no owner.
alter table file_uses drop constraint file_uses_kind_check;
alter table file_uses add constraint file_uses_kind_check check (kind in ('post', 'message', 'booking', 'report'));
alter table files alter column owner_id drop not null;
