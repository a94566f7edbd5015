### The messages of `userErrors`. Keep them short: what is wrong, and what to do.

## Texts and lists

must-not-be-empty = Acest câmp nu poate fi gol.
too-few-characters = { $min ->
    [one] Folosiți cel puțin { $min } caracter.
    [few] Folosiți cel puțin { $min } caractere.
   *[other] Folosiți cel puțin { $min } de caractere.
}
too-many-characters = { $max ->
    [one] Folosiți cel mult { $max } caracter.
    [few] Folosiți cel mult { $max } caractere.
   *[other] Folosiți cel mult { $max } de caractere.
}
too-many-bytes = Folosiți cel mult { $size }.
not-a-single-line = Scrieți pe un singur rând.
control-character = Eliminați caracterul de control { $character } de la poziția { $position }.
stacked-marks = { $max ->
    [one] Folosiți cel mult { $max } semn deasupra și dedesubtul unei litere.
    [few] Folosiți cel mult { $max } semne deasupra și dedesubtul unei litere.
   *[other] Folosiți cel mult { $max } de semne deasupra și dedesubtul unei litere.
}
too-many-items = { $max ->
    [one] Introduceți cel mult { $max } element.
    [few] Introduceți cel mult { $max } elemente.
   *[other] Introduceți cel mult { $max } de elemente.
}
number-out-of-range = Introduceți un număr de la { $min } la { $max }.
not-a-multiple-of-five-minutes = Introduceți un multiplu de 5 minute.
instant-not-in-future = Alegeți un moment din viitor.
url-malformed = URL-ul trebuie să înceapă cu https://, să aibă cel mult 2.000 de caractere și niciun nume de utilizator, ca https://campus.example/ana.
url-of-other-site = URL-ul trebuie să ducă la { $host }.
url-of-other-sites = URL-ul trebuie să ducă la { $host } sau { $other }.
locale-not-spoken = Acest server nu are această limbă. Alegeți una dintre: { $locales }.

## Accounts

email-missing = Introduceți o adresă de e-mail.
email-invalid = Aceasta nu este o adresă de e-mail validă.
email-domain-not-allowed = Acest server nu acceptă adrese din acest domeniu. Folosiți adresa primită de la campus.
email-of-other-account = Un alt cont are această adresă.
email-taken = Un alt cont are această adresă de e-mail.
email-taken-at-registration = Un alt cont are această adresă de e-mail. Conectați-vă sau folosiți alta.
email-taken-at-provider = Un alt cont are această adresă de e-mail. Conectați-vă la acel cont și asociați-l pe acesta în setări.
username-letters = Folosiți litere și cifre dintr-un singur alfabet, _ . și -, și începeți cu o literă sau o cifră.
pseudonym-letters = Folosiți litere și cifre dintr-un singur alfabet și _.
username-reserved = Acest nume este rezervat. Alegeți altul.
username-taken = Un alt cont are acest nume sau unul care seamănă cu el. Alegeți alt nume.
username-taken-since = Un alt cont a luat între timp acest nume. Înregistrați-vă din nou cu alt nume.
student-number-taken = Un alt cont are acest număr matricol. Verificați numărul sau adresați-vă operatorului serverului.
password-too-short = Folosiți cel puțin 12 caractere. Mai multe cuvinte la rând sunt ușor de ținut minte.
password-has-own-name = Parola nu poate conține numele de utilizator sau adresa de e-mail.
password-common = Această parolă este ușor de ghicit. Folosiți mai multe cuvinte fără legătură între ele.
password-wrong = Această parolă este greșită. Introduceți parola actuală.
password-of-registration-missing = Introduceți parola pe care ați ales-o la înregistrare.
password-of-registration-wrong = Aceasta nu este parola de la înregistrare. Introduceți-o pe cea pe care ați ales-o la înregistrare.
password-required = V-ați conectat cu prea mult timp în urmă. Introduceți și parola actuală sau conectați-vă din nou.
password-or-session-required = Conectați-vă la contul a cărui adresă se schimbă sau introduceți parola lui.
passwords-disabled = Acest server nu folosește parole. Conectați-vă printr-un furnizor de identitate.
already-a-member = Sunteți deja membru. Deconectați-vă mai întâi.
year-out-of-range = Introduceți un an între { $min } și { $max }.
too-many-skills = { $max ->
    [one] Introduceți cel mult { $max } competență.
    [few] Introduceți cel mult { $max } competențe.
   *[other] Introduceți cel mult { $max } de competențe.
}
credentials-wrong = Numele de utilizator, adresa de e-mail sau parola este greșită. Verificați-le și încercați din nou.
account-locked-for-a-time = Acest cont este blocat pentru o vreme. Încercați din nou după încheierea blocării.
account-locked = Acest cont este blocat. Contactați operatorii acestui server.
cookies-require-https = Modulele cookie necesită https. Folosiți transportul TOKEN.
session-ended = Această sesiune s-a încheiat. Conectați-vă din nou.
no-such-session = Nu aveți o astfel de sesiune.
link-used-or-expired = Acest link a fost deja folosit sau a expirat. Cereți unul nou.

## Sign-in at identity providers

sign-in-elsewhere = Vă conectați în altă parte chiar acum. Încercați din nou.
code-challenge-invalid = Valoarea „code challenge” trebuie să fie SHA-256 al verificatorului, în base64url.
redirect-url-not-allowed = O conectare nu poate reveni la acest URL.
sign-in-finished-or-expired = Această conectare s-a încheiat sau a expirat. Începeți din nou.
identity-of-other-member = Un alt membru a asociat acest cont.
too-many-identities = { $max ->
    [one] Puteți asocia cel mult { $max } cont.
    [few] Puteți asocia cel mult { $max } conturi.
   *[other] Puteți asocia cel mult { $max } de conturi.
}
identity-not-linked = Nu ați asociat acest cont.
last-identity = Nu v-ați mai putea conecta. Stabiliți mai întâi o parolă sau asociați alt cont.
no-such-provider = Acest server nu are un astfel de furnizor de identitate.

## Roles, locks and reports

lock-end-not-in-future = Blocarea trebuie să se încheie în viitor.
lock-end-without-lock = Numai o blocare are sfârșit. Adăugați acțiunea LOCK sau lăsați câmpul gol.
member-cannot-become-guest = Un membru nu poate deveni invitat.
own-role = Rolul dumneavoastră trebuie schimbat de alt administrator.
last-admin = Sunteți ultimul administrator. Numiți mai întâi alt administrator.
cannot-act-on-member = Nu puteți acționa asupra acestui membru.
no-such-member = Acest membru nu există.
not-a-moderator = Acest membru nu este moderator.
report-about-yourself = Această raportare este despre dumneavoastră. Trebuie să decidă alt moderator.
report-resolved = Această raportare este deja rezolvată.
no-such-report = Această raportare nu există.
reported-text-deleted = Textul tocmai a fost șters. Reîncărcați raportarea.
action-repeated = Această acțiune apare de două ori. Eliminați una.
no-text-to-remove = Nu există niciun text de eliminat.
guest-cannot-be-locked = Un invitat nu poate fi nici avertizat, nici blocat. Eliminați-l din hol.
author-deleted = Contul autorului este șters.
cannot-report-yourself = Nu vă puteți raporta pe dumneavoastră.
too-many-reports = { $max ->
    [one] Ați făcut { $max } raportare și nu mai puteți face altele.
    [few] Ați făcut { $max } raportări și nu mai puteți face altele.
   *[other] Ați făcut { $max } de raportări și nu mai puteți face altele.
}
reported-object-missing = Acest mesaj, această postare, acest comentariu sau acest utilizator nu există.

## Members, settings and notifications

no-such-user = Acest utilizator nu există.
user-missing = Acest utilizator nu există.
own-account = Acesta este contul dumneavoastră. Alegeți alt utilizator.
too-many-blocks = { $max ->
    [one] Blocați deja { $max } utilizator, numărul maxim. Deblocați mai întâi un utilizator.
    [few] Blocați deja { $max } utilizatori, numărul maxim. Deblocați mai întâi un utilizator.
   *[other] Blocați deja { $max } de utilizatori, numărul maxim. Deblocați mai întâi un utilizator.
}
guest-missing = Acest invitat nu există sau a plecat.
pseudonym-missing = Alegeți un pseudonim sau conectați-vă.
quiet-hours-empty = Orele de liniște trebuie să se încheie la altă oră decât cea la care încep.
kind-repeated = Indicați fiecare tip o singură dată.
security-mail-required = E-mailurile despre securitatea contului nu pot fi dezactivate.
unsubscribe-link-invalid = Acest link nu este valid. Schimbați în schimb setările.
too-many-notifications = { $max ->
    [one] Marcați cel mult { $max } notificare odată.
    [few] Marcați cel mult { $max } notificări odată.
   *[other] Marcați cel mult { $max } de notificări odată.
}
no-such-notification = Nu aveți o astfel de notificare.
push-disabled = Notificările push nu sunt disponibile pe acest server.
push-secret-invalid = Secretul trebuie să aibă 16 octeți în base64url.
push-endpoint-invalid = Adresa serviciului trebuie să fie un URL https cu o gazdă publică.
push-key-invalid = Cheia trebuie să fie un punct P-256 necomprimat în base64url.
export-too-soon = Ați cerut un export în ultimele 24 de ore. Descărcați-l pe acela sau așteptați.

## Images and files

image-file-too-large = Fișierul depășește { $size }. Micșorați imaginea.
image-too-large = Imaginea depășește 50 de megapixeli, 32.768 de pixeli pe o latură sau 100 de cadre. Micșorați-o.
image-heic = Fotografiile HEIC nu pot fi citite. Setați camera la formatul cel mai compatibil sau exportați fotografia ca JPEG.
image-avif = Imaginile AVIF nu pot fi citite. Exportați imaginea ca JPEG sau PNG.
image-invalid = Fișierul nu este o imagine JPEG, PNG, WebP sau GIF validă. Alegeți alt fișier.
image-repeated = Această imagine apare de două ori. Eliminați una.
image-in-use = Această imagine este folosită. Eliminați-o din profil sau ștergeți ceea ce o afișează și încercați din nou.
no-such-image = Nu aveți nicio imagine cu acest identificator. Încărcați-o din nou.
too-many-images = { $max ->
    [one] Atașați cel mult { $max } imagine.
    [few] Atașați cel mult { $max } imagini.
   *[other] Atașați cel mult { $max } de imagini.
}
quota-exceeded = Spațiul de stocare este epuizat. Ștergeți imagini de care nu mai aveți nevoie sau postări și mesaje cu imagini ori fișiere.
file-too-large = Fișierul depășește { $size }. Partajați unul mai mic.
file-type-unsupported = Se pot partaja numai PDF, text în UTF-8, documente Office și OpenDocument și arhive ZIP. Alegeți alt fișier.
file-is-image = Aceasta este o imagine. Atașați-o ca imagine.
file-empty = Fișierul este gol. Alegeți altul.
file-damaged = Arhiva sau documentul este deteriorat. Salvați sau exportați din nou.
file-encrypted = Arhiva este criptată. Partajați-o fără parolă.
file-has-macros = Documentul conține macrocomenzi. Salvați-l fără macrocomenzi.
file-has-too-many-entries = Arhiva are peste 10.000 de intrări. Partajați una mai mică.
file-repeated = Acest fișier apare de două ori. Eliminați unul.
no-such-file = Nu aveți niciun fișier cu acest identificator. Încărcați-l din nou.
too-many-files = { $max ->
    [one] Atașați cel mult { $max } fișier.
    [few] Atașați cel mult { $max } fișiere.
   *[other] Atașați cel mult { $max } de fișiere.
}

## Posts, comments and reactions

post-missing = Această postare nu există sau a fost ștearsă.
post-of-other = Puteți modifica numai postările proprii.
post-key-reused = Această cheie a fost folosită pentru altă postare. Folosiți o cheie nouă.
post-key-deleted = Postarea cu această cheie a fost ștearsă. Folosiți o cheie nouă.
comment-missing = Acest comentariu nu există sau a fost șters.
comment-missing-below-post = Acest comentariu nu există sub postare sau a fost șters.
comment-of-other = Puteți modifica numai comentariile proprii.
comment-key-reused = Această cheie a fost folosită pentru alt comentariu. Folosiți o cheie nouă.
comment-key-deleted = Comentariul cu această cheie a fost șters. Folosiți o cheie nouă.
too-many-comments = Această postare are numărul maxim de comentarii.
not-one-emoji = Alegeți un singur emoji.
too-many-reactions = { $max ->
    [one] Există deja { $max } reacție diferită, numărul maxim. Alegeți-o pe aceasta.
    [few] Există deja { $max } reacții diferite, numărul maxim. Alegeți una dintre ele.
   *[other] Există deja { $max } de reacții diferite, numărul maxim. Alegeți una dintre ele.
}
reaction-subject-missing = Acest conținut nu există sau a fost șters.
message-deleted = Acest mesaj a fost șters.

## Conversations

conversation-missing = Această conversație nu există sau nu sunteți membru al ei.
conversation-or-user = Indicați fie conversationId, fie userId, nu pe amândouă.
conversation-without-others = Alegeți cel puțin un alt utilizator.
conversation-too-large = { $max ->
    [one] O conversație poate avea { $max } membru, inclusiv dumneavoastră. Alegeți mai puțini utilizatori.
    [few] O conversație poate avea { $max } membri, inclusiv dumneavoastră. Alegeți mai puțini utilizatori.
   *[other] O conversație poate avea { $max } de membri, inclusiv dumneavoastră. Alegeți mai puțini utilizatori.
}
conversation-of-two = Nu puteți părăsi o conversație între doi utilizatori, numai grupurile.
conversation-without-owner = Această conversație nu are proprietar, iar membrii ei nu se schimbă. Creați în schimb un grup.
recipient-unavailable = Nu îi puteți scrie acestui utilizator.
message-to-yourself = Nu vă puteți trimite un mesaj dumneavoastră.
message-missing = Acest mesaj nu există sau a fost șters.
message-missing-in-conversation = Acest mesaj nu există în această conversație.
message-of-other = Puteți modifica numai mesajele proprii.
message-key-reused = Această cheie a fost folosită pentru alt mesaj. Folosiți o cheie nouă.
message-key-deleted = Mesajul cu această cheie a fost șters. Folosiți o cheie nouă.
message-too-old = Un mesaj poate fi modificat timp de 24 de ore. Îl puteți șterge sau puteți trimite unul nou.
replied-message-missing = Mesajul la care răspundeți nu există în această conversație.
group-too-large = { $max ->
    [one] Un grup poate avea { $max } membru. Eliminați mai întâi un membru.
    [few] Un grup poate avea { $max } membri. Eliminați mai întâi un membru.
   *[other] Un grup poate avea { $max } de membri. Eliminați mai întâi un membru.
}
group-of-other-owner = Numai proprietarul grupului poate face acest lucru.
group-key-reused = Această cheie a fost folosită pentru alt grup. Folosiți o cheie nouă.
group-key-deleted = Grupul cu această cheie a fost șters sau nu mai sunteți membru al lui. Folosiți o cheie nouă.
cannot-remove-yourself = Nu vă puteți elimina pe dumneavoastră. Părăsiți în schimb grupul.

## Topics and appointments

no-such-topic = Acest subiect nu există.
topic-of-other = Numai creatorul unui subiect și moderatorii îl pot modifica.
topic-archived = Acest subiect este arhivat. Alegeți altul.
topic-in-use = Un mentor tocmai a creat o programare pentru acest subiect. Încercați din nou să îl arhivați.
topic-key-reused = Această cheie a fost folosită pentru alt subiect. Folosiți o cheie nouă.
topic-key-deleted = Subiectul cu această cheie a fost șters. Folosiți o cheie nouă.
no-such-appointment = Această programare nu există.
appointment-of-other = Aceasta este programarea altui mentor. Le puteți modifica numai pe ale dumneavoastră.
appointment-of-own = Aceasta este propria dumneavoastră programare. Rezervați una a altui mentor.
appointment-for-topic-exists = Aveți deja o programare pentru acest subiect. Modificați-o pe aceea.
appointment-key-reused = Această cheie a fost folosită pentru altă programare. Folosiți o cheie nouă.
appointment-key-deleted = Programarea cu această cheie a fost ștearsă. Folosiți o cheie nouă.
too-many-appointments = Aveți numărul maxim de programări. Ștergeți mai întâi una.
exception-repeated = Există deja o excepție pentru această zi. Alegeți altă zi.
window-empty = Intervalul trebuie să se încheie după ce începe.
window-over = Acest interval s-a încheiat deja. Alegeți unul mai târziu.
window-overlaps = Acest interval se suprapune cu unul anterior din listă. Uniți-le.
hours-empty = Orele nu se pot încheia atunci când încep. Pentru o zi întreagă introduceți 00:00 și 24:00.
hours-overlap = Aceste ore se suprapun cu altele anterioare din listă. Uniți-le.
too-many-questions = { $max ->
    [one] Puneți cel mult { $max } întrebare.
    [few] Puneți cel mult { $max } întrebări.
   *[other] Puneți cel mult { $max } de întrebări.
}
question-repeated = Există deja o întrebare cu acest text.
question-without-choices = O întrebare cu răspuns liber nu are variante.
choices-missing = Introduceți cel puțin o variantă.
too-many-choices = { $max ->
    [one] Introduceți cel mult { $max } variantă.
    [few] Introduceți cel mult { $max } variante.
   *[other] Introduceți cel mult { $max } de variante.
}
choice-repeated = Această variantă există deja.
too-many-answers = { $max ->
    [one] Dați cel mult { $max } răspuns.
    [few] Dați cel mult { $max } răspunsuri.
   *[other] Dați cel mult { $max } de răspunsuri.
}
question-unknown = Mentorul nu mai pune această întrebare. Reîncărcați întrebările.
answer-repeated = Răspundeți o singură dată la fiecare întrebare.
answer-missing = Răspundeți la întrebarea „{ $question }”.
question-unanswered = La această întrebare trebuie să răspundeți.
several-answers = Dați un singur răspuns.
choice-unknown = „{ $choice }” nu este printre variante. Reîncărcați întrebările.
chosen-twice = Alegeți fiecare variantă o singură dată.

## Bookings

no-such-booking = Această rezervare nu există.
booking-key-reused = Această cheie a fost folosită pentru altă rezervare. Alegeți una nouă.
booking-wrong-state = Starea rezervării nu permite acest lucru: este anulată sau încheiată ori nu a început încă.
booking-status-changed = Starea acestei rezervări tocmai s-a schimbat. Reîncărcați-o.
booking-not-reschedulable = Această rezervare nu mai poate fi reprogramată. Anulați-o și rezervați altă oră.
booking-over = Această rezervare s-a încheiat și nu mai poate fi reprogramată.
booking-is-request = Aceasta este o cerere. Aprobați-o sau refuzați-o.
booking-no-request = Aceasta nu mai este o cerere: a fost aprobată, refuzată sau anulată ori a expirat.
booking-too-late = Este prea târziu pentru a modifica această rezervare. Scrieți-i în schimb mentorului.
booking-limit = Nu mai puteți rezerva această programare în acea zi.
booking-overlap = Aveți altă rezervare la această oră. Alegeți altă oră.
slot-unavailable = Această oră nu poate fi rezervată. Alegeți una dintre orele afișate.
slot-taken = Această oră nu mai este disponibilă. Alegeți alta.
user-not-in-booking = Acest utilizator nu participă la rezervare. Alegeți mentorul sau studentul ei.
only-mentor-completes = Numai mentorul poate încheia o rezervare înainte de sfârșit. La sfârșit, ea se încheie automat.
only-mentor-relocates = Numai mentorul poate schimba locul unei ședințe.
only-mentor-approves = Numai mentorul poate aproba sau refuza o cerere.
bookings-would-move = Rezervări viitoare și-ar pierde ora sau locul. Reprogramați-le sau anulați-le mai întâi.
bookings-upcoming = Există rezervări viitoare. Anulați-le mai întâi sau ștergeți cu `cancelUpcoming`.
time-off-empty = Absența trebuie să se încheie după ce începe.
time-off-too-long = Absența trebuie să se încheie la cel mult 366 de zile după ce începe.
time-off-over = Absența trebuie să se încheie în viitor.
time-off-has-bookings = Există rezervări în acel timp. Anulați-le mai întâi sau creați absența cu `cancelUpcoming`.
time-off-key-reused = Această cheie a fost folosită pentru altă absență. Folosiți o cheie nouă.
time-off-key-deleted = Absența cu această cheie a fost ștearsă. Folosiți o cheie nouă.
too-many-times-off = Aveți numărul maxim de absențe. Ștergeți mai întâi una.
no-such-time-off = Nu aveți o astfel de absență.

## Invitations and registrations that need approval

invitations-not-permitted = Rolul dumneavoastră nu poate crea invitații pe acest server.
invitation-expires-late = Invitația trebuie să expire în cel mult 90 de zile.
invitation-expired-already = Invitația trebuie să expire în viitor.
too-many-invitations = Aveți numărul maxim de invitații. Revocați mai întâi una sau așteptați să expire una.
invitation-admits-one = O invitație pentru o singură adresă este valabilă pentru un singur cont.
key-of-other-invitation = Această cheie a fost folosită pentru altă invitație. Folosiți o cheie nouă.
no-such-invitation = Această invitație nu există.
invitation-required = Acest server cere o invitație. Deschideți linkul invitației pentru a vă înregistra.
invitation-unusable = Această invitație este epuizată, expirată sau revocată ori este pentru altă adresă de e-mail. Cereți una nouă.
registration-name-taken = Între timp, un alt cont a luat acest nume sau această adresă. Refuzați înregistrarea.
no-such-registration = Această înregistrare nu există: s-a decis deja asupra ei sau a expirat.
registration-waits = Înregistrarea dumneavoastră așteaptă aprobarea unui moderator. Veți primi un e-mail după decizia acestuia.

## Waitlists and calendars of mentors

waitlist-of-own-appointment = Aceasta este propria dumneavoastră programare. Alegeți una a altui mentor.
seat-is-free = La această oră este un loc liber. Rezervați-l.
too-many-waitlists = Sunteți deja pe numărul maxim de liste de așteptare. Ieșiți mai întâi de pe una.
not-in-waitlist = Nu sunteți pe această listă de așteptare.
no-such-calendar = Nu aveți un astfel de calendar.
too-many-calendars = Aveți numărul maxim de calendare. Eliminați mai întâi unul.
calendar-unreachable = Calendarul nu a răspuns la timp.
calendar-not-public = Calendarul nu este la o adresă publică.
calendar-refused = Calendarul nu există sau nu poate fi citit.
calendar-too-large = Calendarul depășește 5 MiB.
calendar-malformed = La această adresă nu sunt date iCalendar.
calendar-too-complex = Calendarul are prea multe recurențe.
