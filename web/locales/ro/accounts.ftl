account-username = Nume de utilizator
account-usernameHint = Între 3 și 30 de litere, cifre, puncte, cratime sau liniuțe de subliniere.
account-usernameAvailable = Acest nume de utilizator este disponibil.
account-usernameUnavailable = Acest nume de utilizator nu este disponibil.
account-email = E-mail
account-newEmail = E-mail nou
account-password = Parolă
account-currentPassword = Parola actuală
account-newPassword = Parola nouă
account-passwordHint = Cel puțin 12 caractere. O expresie din mai multe cuvinte este potrivită.
account-passwordText = Schimbarea parolei vă încheie toate celelalte sesiuni.
account-changeUsername = Schimbați numele de utilizator
account-changeEmail = Schimbați e-mailul
account-changePassword = Schimbați parola
account-setPassword = Stabiliți parola
account-passwordChanged = Parola a fost schimbată. Toate celelalte sesiuni s-au încheiat.
account-emailMailed = Am trimis un link de confirmare la { $email }. Adresa se schimbă după ce o confirmați.
account-delete = Ștergeți contul
account-deleteText = Profilul, postările, imaginile, sesiunile și rezervările viitoare sunt șterse imediat. Persoanele cărora le-ați scris păstrează mesajele, fără numele dumneavoastră.
account-deleteTitle = Ștergeți contul?
account-deleteForGood = Ștergeți definitiv
account-deleted = Contul dumneavoastră a fost șters.

logIn-title = Bine ați revenit
logIn-needed = Conectați-vă pentru a vedea această pagină.
logIn-ended = Sesiunea s-a încheiat. Poate a fost închisă de pe alt dispozitiv sau parola a fost schimbată. Conectați-vă din nou: ciornele sunt păstrate.
logIn-identifier = Nume de utilizator sau e-mail
logIn-forgot = Ați uitat parola?
logIn-new = Nu aveți încă un cont?
logIn-guest = Această pagină este pentru membri. Ca invitat, puteți folosi holul.

identity-logIn = Conectare cu { $name }
identity-or = sau
identity-title = Conectare nefinalizată
identity-denied = Ați refuzat conectarea.
identity-unavailable = Serviciul de conectare nu răspunde. Încercați din nou mai târziu.
identity-failed = Această conectare s-a încheiat sau a expirat. Începeți din nou.
identity-back = Înapoi
identity-accounts = Conturi asociate
identity-accountsText = Conturi de la servicii de conectare cu care vă puteți conecta aici.
identity-link = Asociați { $name }
identity-linked = Contul este asociat.
identity-unlink = Anulați asocierea
identity-unlinkOne = Anulați asocierea cu { $name }
identity-unlinked = Contul nu mai este asociat.

signUp-title = Alăturați-vă campusului
signUp-action = Creați contul
signUp-known = Aveți deja un cont?
signUp-guest = Păstrați mesajele scrise în hol.
signUp-mailed = Verificați-vă e-mailul
signUp-mailedText = Am trimis un link la { $email }. Deschideți-l pentru a confirma adresa, apoi conectați-vă.

forgot-title = Ați uitat parola?
forgot-text = Vă trimitem prin e-mail un link pentru a alege una nouă.
forgot-action = Trimiteți linkul
forgot-sent = Verificați-vă e-mailul
forgot-sentText = Dacă un cont folosește această adresă, i-am trimis un link. Linkul este valabil 30 de minute.

reset-title = Alegeți o parolă nouă
reset-action = Stabiliți parola
reset-done = Parola a fost schimbată
reset-doneText = Toate sesiunile s-au încheiat. Conectați-vă cu parola nouă.

confirm-title = Confirmați adresa de e-mail
confirm-text = Apăsați butonul pentru a confirma adresa de e-mail.
confirm-passwordHint = Parola aleasă la înregistrare.
confirm-action = Confirmați e-mailul
confirm-done = E-mail confirmat
confirm-doneText = Totul este gata.
confirm-waiting = Confirmați adresa { $email }. V-am trimis un e-mail cu un link.
confirm-resend = Retrimiteți e-mailul
confirm-sent = Am trimis încă un e-mail la { $email }.

undo-title = Anulați schimbarea e-mailului
undo-text = Se restabilește adresa de e-mail anterioară și se încheie toate sesiunile. Alegeți apoi o parolă nouă.
undo-action = Restabiliți e-mailul anterior
undo-done = E-mailul anterior a fost restabilit
undo-doneText = Toate sesiunile s-au încheiat. Alegeți acum o parolă nouă.

unsubscribe-title = Opriți aceste e-mailuri
unsubscribe-text = Nu mai primiți e-mailuri de tipul celui în care se afla acest link. Notificările din aplicație rămân.
unsubscribe-action = Opriți
unsubscribe-done = E-mailurile au fost oprite
unsubscribe-doneText = Le puteți porni din nou oricând.

link-again = Cereți un link nou
link-token = Cod
link-tokenHint = Se află singur pe un rând din e-mail.

zone-differs = Orele sunt afișate în fusul orar { $accountZone }. Acest dispozitiv este în { $deviceZone }.
zone-use = Folosiți { $zone }
zone-keep = Păstrați { $zone }

settings-profile = Profil
settings-contact = Contact
settings-privacy = Confidențialitate
settings-appearance = Aspect
settings-account = Cont
settings-sessions = Sesiuni
settings-blocked = Blocări
settings-calendar = Calendar

sessions-text = Dispozitivele conectate la contul dumneavoastră. Încheierea unei sesiuni are efect imediat.
sessions-current = Acest dispozitiv
sessions-lastUsed = Ultima utilizare:
sessions-since = începută:
sessions-end = Încheiați sesiunea
sessions-endOne = Încheiați sesiunea: { $name }
sessions-endOthers = Încheiați-le pe celelalte
sessions-ended =
    { $count ->
        [one] { $count } sesiune încheiată.
        [few] { $count } sesiuni încheiate.
       *[other] { $count } de sesiuni încheiate.
    }

privacy-messaging = Mesaje și prezență
privacy-messagePolicy = Cine vă poate scrie

policy-EVERYONE = Toți membrii
policy-BOOKING_PARTNERS = Persoanele cu care am o rezervare
policy-NOBODY = Nimeni

privacy-showsPresence = Se afișează când sunt online
privacy-showsPresenceHint = Prezența în hol este întotdeauna vizibilă.
privacy-sendsReadReceipts = Se trimit confirmări de citire
privacy-sendsReadReceiptsHint = Ceilalți văd până unde ați citit o conversație.
privacy-details = Cine vă poate vedea datele
privacy-emailVisibility = E-mail
privacy-addressVisibility = Adresa de acasă
privacy-studentNumberVisibility = Număr matricol

visibility-ONLY_ME = Doar eu
visibility-BOOKING_PARTNERS = Persoanele cu care am o rezervare
visibility-MEMBERS = Toți membrii

privacy-time = Data și ora
privacy-timeZone = Fus orar
privacy-timeZoneHint = Toate orele sunt afișate în acest fus orar.

block-do = Blocați
block-undo = Deblocați
block-done = Blocat. Nu vă mai vedeți reciproc.
block-undone = Deblocat.
block-text = Persoanele pe care le-ați blocat. Ele nu sunt anunțate.
block-none = Nu ați blocat pe nimeni

calendar-title = Rezervările în calendarul dumneavoastră
calendar-text = Creați o adresă privată și abonați-vă la ea în aplicația de calendar.
calendar-create = Creați adresa
calendar-renew = Creați o adresă nouă
calendar-once = Copiați-o acum: este afișată o singură dată. Oricine are această adresă vă poate vedea rezervările.
calendar-exists = Aveți o adresă activă. Una nouă o înlocuiește.
calendar-stop = Opriți
calendar-stopped = Adresa nu mai funcționează.

notice-none = Nicio notificare încă
notice-noneText = Aici apar mențiuni, răspunsuri, comentarii, reacții, rezervări și activitatea contului.
notice-noneUnread = Nimic necitit
notice-filter = Afișați
notice-all = Toate
notice-unread = Necitite
notice-markRead = Marcați ca citită: { $text }
notice-markAllRead = Marcați tot ca citit
notice-comment = { $name } a comentat la postarea dumneavoastră
notice-mention = { $name } v-a menționat
notice-reply = { $name } v-a răspuns
notice-reaction = { $name } a reacționat la ce ați scris
notice-reactions =
    { $count ->
        [one] { $name } și încă { $count } persoană au reacționat la ce ați scris
        [few] { $name } și încă { $count } persoane au reacționat la ce ați scris
       *[other] { $name } și încă { $count } de persoane au reacționat la ce ați scris
    }
notice-group = Schimbări în { $title }
notice-someGroup = un grup
notice-group-MEMBER_ADDED = Ați fost adăugat în { $title }
notice-group-MEMBER_REMOVED = Ați fost eliminat din { $title }
notice-group-OWNER_CHANGED = Acum dețineți { $title }
notice-moderation = Moderatorii au luat o măsură
notice-moderation-LOCK = Moderatorii v-au blocat contul
notice-moderation-REMOVE = Moderatorii au eliminat un text al dumneavoastră
notice-moderation-WARN = Moderatorii v-au avertizat
notice-reportUpheld = Moderatorii au luat o măsură în urma raportării dumneavoastră
notice-reportDismissed = Moderatorii au verificat raportarea dumneavoastră și nu au luat nicio măsură
notice-DATA_EXPORT_REQUESTED = A fost cerut un export al datelor dumneavoastră
notice-IDENTITY_CHANGED = Un cont de la un serviciu de conectare a fost asociat sau dezasociat
notice-settings = Setări
notice-new = Nou
notice-security = Contul dumneavoastră a fost modificat
notice-LOGGED_IN = Conectare nouă la contul dumneavoastră. Dacă nu ați fost dumneavoastră, încheiați acea sesiune.
notice-PASSWORD_CHANGED = Parola a fost schimbată
notice-EMAIL_CHANGED = Adresa de e-mail a fost schimbată
notice-USERNAME_CHANGED = Numele de utilizator a fost schimbat
notice-SESSION_REVOKED = Una dintre sesiunile dumneavoastră a fost încheiată
notice-TOKEN_REUSED = O sesiune a fost încheiată deoarece tokenul ei a fost folosit de două ori
notice-booking = Rezervare schimbată: { $topic } cu { $name }, { $time }
notice-CREATED = Rezervare nouă: { $topic } cu { $name }, { $time }
notice-RESCHEDULED = Reprogramată: { $topic } cu { $name }, acum { $time }
notice-CANCELLED = Anulată: { $topic } cu { $name }, { $time }
notice-COMPLETED = Încheiată: { $topic } cu { $name }
notice-NO_SHOW = Neprezentare: { $topic } cu { $name }, { $time }
notice-REQUESTED = Cerere: { $topic } cu { $name }, { $time }
notice-APPROVED = Aprobată: { $topic } cu { $name }, { $time }
notice-DECLINED = Refuzată: { $topic } cu { $name }, { $time }
notice-EXPIRED = Cerere expirată: { $topic } cu { $name }, { $time }
notice-RELOCATED = Loc nou: { $topic } cu { $name }, { $time }
notice-REMINDER = Memento: { $topic } cu { $name }, { $time }
