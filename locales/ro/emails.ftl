### Emails. A subject has no names.

## Parts

letter-greeting = Bună ziua, { $name },
letter-greeting-nameless = Bună ziua,
# A line that ends with a colon: what follows is a link, a code or a value.
letter-label = { $label }:
letter-code = Sau introduceți acest cod
letter-unsubscribe = Dezactivați e-mailurile de acest fel
mails-turned-off = Nu veți mai primi e-mailuri de acest fel.
letter-if-not-you = Dacă ați fost dumneavoastră, nu trebuie să faceți nimic. Dacă nu, cereți acum o parolă nouă. Astfel sunt deconectate toate persoanele care vă folosesc contul.
fact-before = Înainte
fact-device = Dispozitiv
fact-held-until = Păstrat până
fact-location = Loc
fact-meeting = Întâlnire online
fact-message = Mesajul moderatorilor
fact-question = Întrebare
fact-reason = Motiv
former-member = Un fost membru

## Registration and email addresses

confirm-email-subject = Confirmați adresa de e-mail
confirm-email = Bun venit la Studyhall! Confirmați că această adresă de e-mail vă aparține.
confirm-email-action = Confirmați adresa de e-mail
confirm-email-advice = Linkul este valabil 24 de ore. Puteți cere unul nou în setări. Dacă nu v-ați înregistrat, probabil că altcineva și-a scris greșit adresa și puteți ignora acest e-mail.
confirm-registration-subject = Confirmați înregistrarea
confirm-registration = Bun venit la Studyhall! Confirmați că această adresă de e-mail vă aparține. Vi se va cere parola pe care ați ales-o. Apoi vă puteți conecta.
confirm-registration-from = Bun venit la Studyhall! Confirmați că această adresă de e-mail vă aparține. Vi se va cere parola pe care ați ales-o. Apoi vă puteți conecta. Această înregistrare a fost făcută cu „{ $device }” { $at } (UTC).
confirm-registration-for-approval = Bun venit la Studyhall! Confirmați că această adresă de e-mail vă aparține. Vi se va cere parola pe care ați ales-o. Apoi un moderator decide asupra înregistrării, iar dumneavoastră primiți alt e-mail.
confirm-registration-for-approval-from = Bun venit la Studyhall! Confirmați că această adresă de e-mail vă aparține. Vi se va cere parola pe care ați ales-o. Apoi un moderator decide asupra înregistrării, iar dumneavoastră primiți alt e-mail. Această înregistrare a fost făcută cu „{ $device }” { $at } (UTC).
confirm-registration-action = Confirmați înregistrarea
confirm-registration-advice = Linkul este valabil 24 de ore. Dacă nu v-ați înregistrat, puteți ignora acest e-mail: niciun cont nu este creat fără link și parolă.
already-registered-subject = Aveți deja un cont
already-registered = Cineva a încercat să se înregistreze la Studyhall cu această adresă de e-mail. Aveți deja un cont cu ea, așa că nu s-a schimbat nimic.
already-registered-advice = Dacă ați fost dumneavoastră, conectați-vă sau cereți o parolă nouă dacă ați uitat-o pe a dumneavoastră. Dacă nu, puteți ignora acest e-mail.
confirm-new-email-subject = Confirmați noua adresă de e-mail
confirm-new-email = Ați cerut să folosiți această adresă de e-mail pentru contul dumneavoastră. Schimbarea intră în vigoare când o confirmați.
confirm-new-email-action = Confirmați noua adresă de e-mail
confirm-new-email-advice = Linkul este valabil 1 oră. Dacă nu ați cerut acest lucru, puteți ignora acest e-mail: adresa nu va fi folosită.
address-in-use-subject = Adresa dumneavoastră de e-mail este deja folosită
address-in-use = Cineva a cerut să folosească această adresă de e-mail pentru alt cont. Ea aparține deja contului dumneavoastră, așa că nu s-a schimbat nimic.
address-in-use-advice = Dacă ați fost dumneavoastră, folosiți contul care are această adresă sau alegeți altă adresă pentru celălalt cont. Dacă nu, puteți ignora acest e-mail.
email-changed-subject = Adresa dumneavoastră de e-mail a fost schimbată
email-changed = Contul dumneavoastră folosește acum adresa de e-mail { $address } în locul acesteia.
email-changed-action = Anulați schimbarea
email-changed-advice = Dacă ați fost dumneavoastră, nu trebuie să faceți nimic. Dacă nu, anulați schimbarea. Linkul este valabil 7 zile. El restabilește această adresă și deconectează toate dispozitivele. Apoi cereți o parolă nouă.

## Invitations, registrations that need approval, the queues of moderators

invited-subject = Invitație la Studyhall
invited = { $inviter } vă invită să vă înregistrați la Studyhall cu această adresă de e-mail. Invitația este valabilă până { $end } (UTC).
invited-action = Înregistrați-vă
invited-advice = Linkul poate fi folosit o singură dată și numai pentru această adresă. Dacă nu cunoașteți acest membru sau nu doriți să vă înregistrați, puteți ignora acest e-mail: niciun cont nu este creat fără link.
registration-waiting-subject = Înregistrarea dumneavoastră așteaptă aprobarea
registration-waiting = Cineva a încercat să se înregistreze la Studyhall cu această adresă de e-mail. Înregistrarea dumneavoastră cu ea așteaptă aprobarea unui moderator, așa că nu s-a schimbat nimic.
registration-waiting-advice = Veți primi un e-mail după ce un moderator decide. Dacă nu ați fost dumneavoastră, puteți ignora acest e-mail.
registration-approved-subject = Înregistrarea dumneavoastră a fost aprobată
registration-approved = Un moderator v-a aprobat înregistrarea la Studyhall. Acum vă puteți conecta.
registration-approved-action = Conectați-vă
registration-approved-advice = Numele dumneavoastră de utilizator este în formula de salut de mai sus.
registration-declined-subject = Înregistrarea dumneavoastră a fost refuzată
registration-declined = Înregistrarea dumneavoastră la Studyhall a fost refuzată. Toate datele înregistrării au fost șterse.
registration-declined-advice = Dacă vi se pare o greșeală, contactați operatorii acestui server.
queues-subject = Raportări sau înregistrări în așteptare
queues = Așteaptă un moderator: { $reports }, { $registrations }.
queues-reports = { $count ->
    [one] { $count } raportare
    [few] { $count } raportări
   *[other] { $count } de raportări
}
queues-registrations = { $count ->
    [one] { $count } înregistrare
    [few] { $count } înregistrări
   *[other] { $count } de înregistrări
}
queues-action = Deschideți pagina de moderare
queues-advice = Primiți acest e-mail o dată pe zi cât timp există ceva în așteptare.

## The account

reset-password-subject = Alegeți o parolă nouă
reset-password = Am primit o cerere de parolă nouă pentru contul dumneavoastră.
reset-password-advice = Linkul este valabil 30 de minute și poate fi folosit o singură dată. Dacă nu ați cerut acest lucru, puteți ignora acest e-mail: parola rămâne aceeași.
password-changed-subject = Parola dumneavoastră a fost schimbată
password-changed = Parola contului dumneavoastră a fost schimbată, iar celelalte dispozitive au fost deconectate.
username-changed-subject = Numele dumneavoastră de utilizator a fost schimbat
username-changed = Numele dumneavoastră de utilizator a fost schimbat. Numele nou este în formula de salut de mai sus.
token-reused-subject = Un dispozitiv a fost deconectat
token-reused = Un token de conectare al unui dispozitiv al dumneavoastră a fost folosit de două ori. Este posibil să îl fi copiat cineva, așa că am deconectat acest dispozitiv.
token-reused-advice = Conectați-vă din nou. Dacă nu știți cum s-a putut întâmpla, cereți o parolă nouă. Astfel sunt deconectate toate persoanele care vă folosesc contul.
account-deleted-subject = Contul dumneavoastră a fost șters
account-deleted = Contul dumneavoastră a fost șters. Vă mulțumim că ați făcut parte din Studyhall. Iată ce s-a întâmplat cu datele dumneavoastră:
account-deleted-advice = Dacă nu ați fost dumneavoastră, contactați operatorii acestui server.
account-locked-subject = Contul dumneavoastră a fost blocat
account-locked-mail = Moderatorii acestui server v-au blocat contul. Toate dispozitivele au fost deconectate.
account-locked-until-mail = Moderatorii acestui server v-au blocat contul până { $end } ({ $zone }). Toate dispozitivele au fost deconectate.
account-locked-advice = Dacă vi se pare o greșeală, contactați operatorii acestui server.

## Notices about the account, exports and decisions. The sentences are those of the notifications.

notice-signed-in-subject = Conectare nouă la contul dumneavoastră
notice-identity-changed-subject = Modurile de conectare au fost schimbate
notice-export-requested-subject = A fost cerut un export al datelor dumneavoastră
notice-export-ready-subject = Exportul datelor dumneavoastră este gata
notice-export-ready-advice = Îl puteți descărca din setări timp de 7 zile.
notice-export-failed-subject = Exportul datelor dumneavoastră a eșuat
notice-export-failed-advice = Cereți un export nou în setări.
notice-warned-subject = Moderatorii v-au avertizat
notice-text-removed-subject = Un text al dumneavoastră a fost eliminat
notice-report-subject = Raportarea dumneavoastră a fost analizată

## What was deleted with an account

receipt-deleted = { $count ->
    [one] { $count } element șters
    [few] { $count } elemente șterse
   *[other] { $count } de elemente șterse
}
receipt-anonymised = { $count ->
    [one] { $count } element anonimizat
    [few] { $count } elemente anonimizate
   *[other] { $count } de elemente anonimizate
}
receipt-kept = { $count ->
    [one] { $count } element păstrat
    [few] { $count } elemente păstrate
   *[other] { $count } de elemente păstrate
}
receipt-line = { $counts }. { $reason }
data-appointments = Programări
data-bookings = Rezervări
data-comments = Comentarii
data-files = Fișiere
data-images = Imagini
data-invitations = Invitații
data-messages = Mesaje
data-posts = Postări
data-profile = Profil
data-reactions = Reacții
data-reports = Raportări
data-sessions = Sesiuni
data-times-off = Absențe
data-topics = Subiecte
data-waitlist-entries = Liste de așteptare

## Bookings. `$at` is the day, the time and the time zone.

booking-created-subject = A fost rezervată o ședință cu dumneavoastră
booking-created = { $other } a rezervat o ședință cu dumneavoastră despre „{ $topic }”: { $at }.
booking-booked-subject = Ați rezervat o ședință
booking-booked = Ați rezervat o ședință cu { $other } despre „{ $topic }”: { $at }.
booking-rescheduled-subject = Ședința dumneavoastră a fost reprogramată
booking-rescheduled = { $other } v-a reprogramat ședința despre „{ $topic }”. Are loc acum { $at }.
booking-requested-subject = A fost cerută o ședință cu dumneavoastră
booking-requested = { $other } cere o ședință cu dumneavoastră despre „{ $topic }”: { $at }.
booking-requesting-subject = Ați cerut o ședință
booking-requesting = Ați cerut o ședință cu { $other } despre „{ $topic }”: { $at }.
booking-approved-subject = Ședința dumneavoastră a fost aprobată
booking-approved = { $other } v-a aprobat ședința despre „{ $topic }”: { $at }.
booking-declined-subject = Cererea dumneavoastră de ședință a fost refuzată
booking-declined = { $other } v-a refuzat cererea de ședință despre „{ $topic }”: { $at }.
booking-expired-subject = O cerere de ședință a expirat
booking-expired = Cererea de ședință cu { $other } despre „{ $topic }” a expirat: { $at }.
booking-relocated-subject = Ședința dumneavoastră are loc în altă parte
booking-relocated = { $other } a schimbat locul ședinței dumneavoastră despre „{ $topic }”: { $at }. Vedeți mai jos.
booking-cancelled-subject = Ședința dumneavoastră a fost anulată
booking-cancelled = { $other } v-a anulat ședința despre „{ $topic }”: { $at }.
booking-completed-subject = Ședința dumneavoastră a fost încheiată
booking-completed = { $other } v-a încheiat ședința despre „{ $topic }”: { $at }.
booking-no-show-subject = A fost notată o absență
booking-no-show = { $other } a notat că ați lipsit de la ședința despre „{ $topic }”: { $at }.
booking-other-no-show = { $other } a notat propria absență de la ședința cu dumneavoastră despre „{ $topic }”: { $at }.
booking-reminder-subject = Ședința dumneavoastră începe în curând
booking-reminder = Ședința dumneavoastră cu { $other } despre „{ $topic }” are loc { $at }.
booking-conflict-subject = O ședință se suprapune cu calendarul dumneavoastră
booking-conflict = Calendarul dumneavoastră are un eveniment la ora ședinței cu { $other } despre „{ $topic }”: { $at }.
booking-seat-offered-subject = Un loc este păstrat pentru dumneavoastră
booking-seat-offered = Un loc la ședința cu { $other } despre „{ $topic }” este păstrat pentru dumneavoastră: { $at }.
booking-waitlist-ended-subject = Locul dumneavoastră pe o listă de așteptare s-a încheiat
booking-waitlist-ended = Locul dumneavoastră pe lista de așteptare pentru o ședință cu { $other } despre „{ $topic }” s-a încheiat: { $at }.
booking-open = Deschideți rezervarea
booking-waitlists-open = Deschideți listele dumneavoastră de așteptare
advice-requested = Aprobați sau refuzați cererea. Altfel, ea expiră.
advice-requesting = Ședința are loc dacă mentorul o aprobă.
advice-bookable-again = Nu trebuie să faceți nimic. Ora poate fi rezervată din nou.
advice-cancel-early = Dacă nu puteți ajunge, anulați ședința cât mai devreme.
advice-nothing = Nu trebuie să faceți nimic.
advice-no-show = Dacă nu este corect, scrieți-i celuilalt participant.
advice-seat-offered = Rezervați ședința în curând: locul este păstrat cel mult o oră. Apoi trece la următorul student.

## Digests

digest-subject = Aveți mesaje și notificări necitite
digest = Nu ați citit încă:
digest-with-more = Nu ați citit încă, printre altele:
digest-open = Deschideți notificările
digest-advice = În setări puteți alege despre ce și cât de des primiți e-mailuri.
digest-comment = Comentariu
digest-group = Grup
digest-mention = Mențiune
digest-messages = Mesaje
digest-reaction = Reacție
digest-reply = Răspuns
digest-other = Notificare
