### What moderators and admins did, and what stays after the deletion of an account.

staff-operator = Operatorul
staff-former-moderator = Un fost moderator
staff-some-user = un utilizator
staff-former-user = un fost utilizator
staff-content-removed = { $actor } a eliminat un text. Autor: { $user }.
staff-guest-removed = { $actor } a eliminat un invitat din hol: { $user }.
staff-invitation-revoked = { $actor } a revocat o invitație. Creator: { $user }.
staff-member-locked-until = { $actor } a blocat un cont până { $end }: { $user }.
staff-member-locked = { $actor } a blocat un cont fără termen: { $user }.
staff-member-unlocked = { $actor } a deblocat un cont: { $user }.
staff-member-warned = { $actor } a avertizat un membru: { $user }.
staff-registration-approved = { $actor } a aprobat o înregistrare: { $user }.
staff-registration-declined = { $actor } a refuzat o înregistrare.
staff-report-unassigned = { $actor } a retras atribuirea unei raportări.
staff-report-assigned = { $actor } a atribuit o raportare. Moderator: { $user }.
staff-report-resolved = { $actor } a rezolvat o raportare despre { $user }.
staff-role-changed = { $actor } a schimbat un rol: { $user } are acum rolul { $role }.
staff-topic-changed = { $actor } a modificat un subiect. Creator: { $user }.
role-member = membru
role-moderator = moderator
role-admin = administrator
role-guest = invitat

bookings-kept = Rezervările rămân pentru celălalt participant, fără numele dumneavoastră.
files-kept = Fișierele unui text raportat rămân la raportare până la 30 de zile după decizia moderatorilor.
images-kept = Imaginile unui text raportat rămân la raportare până la 30 de zile după decizia moderatorilor.
messages-kept = Mesajele rămân pentru ceilalți membri ai conversației, fără numele dumneavoastră.
reports-kept = Moderatorii au nevoie de raportările despre conținut pentru a decide.
sessions-kept = Autentificările și modificările contului rămân pentru o perioadă limitată în jurnalul operatorului, fără numele și adresa dumneavoastră IP.
topics-kept = Subiectele rămân pentru mentorii și studenții care le folosesc, fără numele dumneavoastră.
