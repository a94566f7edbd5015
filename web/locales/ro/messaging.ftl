messages-none = Nicio conversație încă
messages-noneText = Începeți una nouă sau scrieți cuiva din profilul său.
messages-choose = Alegeți o conversație
messages-chooseText = Sau începeți una nouă.
messages-list = Conversații
messages-new = Conversație nouă
messages-newShort = Nouă
messages-addPeople = Adăugați persoane
messages-addPeopleHint = O persoană, sau cel mult 49 pentru un grup.
messages-start = Începeți conversația
messages-selected = Persoane alese
messages-add = Adăugați

thread-title = Conversație cu { $names }
thread-log = Mesaje
thread-memberCount =
    { $count ->
        [one] { $count } membru
        [few] { $count } membri
       *[other] { $count } de membri
    }
thread-members = Membri
thread-leave = Părăsiți grupul
thread-leaveText = Nu veți mai primi mesajele lui.
thread-actions = Acțiuni pentru conversație
thread-earlier = Încărcați mesajele anterioare
thread-later = Încărcați mesajele următoare
thread-markUnread = Marcați ca necitită
thread-markedUnread = Marcată ca necitită.
thread-unread = Mesaje noi
thread-latest = Mergeți la ultimul mesaj
thread-empty = Niciun mesaj încă. Salutați!
thread-closed = Nu puteți trimite acum mesaje în această conversație.
thread-ended = Nu mai aveți acces la această conversație.
thread-typingOne = { $name } scrie…
thread-typingMany =
    { $count ->
        [one] { $count } persoană scrie…
        [few] { $count } persoane scriu…
       *[other] { $count } de persoane scriu…
    }

group-heading = Grupul { $title }
group-settings = Setările grupului
group-title = Numele grupului
group-titleHint = Cu un nume, administrați grupul: membrii și imaginea lui.
group-image = Imaginea grupului
group-addImage = Adăugați o imagine de grup
group-changeImage = Schimbați imaginea grupului
group-removeImage = Eliminați imaginea
group-history = Partajați mesajele anterioare
group-historyHint = Membrii care vin de acum înainte pot citi ce s-a scris mai devreme.
group-historyOn = Membrii noi pot citi mesajele anterioare.
group-historyOff = Membrii noi nu pot citi mesajele anterioare.
group-create = Creați grupul
group-owner = Proprietar
group-add = Adăugați în grup
group-memberActions = Acțiuni pentru { $name }
group-remove = Eliminați din grup
group-removeTitle = Eliminați membrul { $name }?
group-removeText = Această persoană nu va mai putea citi grupul.
group-transfer = Transferați grupul
group-transferTitle = Transferați grupul către { $name }?
group-transferText = Această persoană va administra grupul. Dumneavoastră rămâneți membru.
group-someone = Un membru
group-added = { $actor } a adăugat membrul { $name }
group-left = { $name } a părăsit grupul
group-removed = { $actor } a eliminat membrul { $name }
group-owns = { $name } deține acum grupul
group-titleChanged = { $actor } a redenumit grupul
group-imageChanged = { $actor } a schimbat imaginea grupului
group-historyChanged = { $actor } a schimbat cine poate citi mesajele anterioare

mute-start = Opriți sunetul
mute-end = Porniți sunetul
mute-on = Fără sunet
mute-text = Mesajele noi nu sunt anunțate și nu se numără ca necitite. Ceilalți nu văd acest lucru.
mute-hour = Timp de o oră
mute-hours = Timp de 8 ore
mute-forGood = Până pornesc eu sunetul
mute-started = Conversația este fără sunet.
mute-ended = Conversația are din nou sunet.

message-write = Scrieți un mesaj
message-send = Trimiteți
message-you = Dumneavoastră
message-byYou = Dumneavoastră: { $text }
message-image = a trimis o imagine
message-file = a trimis un fișier
message-noText = Imagine sau fișier
message-reply = Răspundeți
message-replyTo = Răspuns pentru { $name }
message-cancelReply = Renunțați la răspuns
message-inReplyTo = Răspuns la
message-gone = Acel mesaj nu mai este disponibil.
message-deleted = Acest mesaj a fost șters.
message-edited = modificat
message-actions = Acțiuni pentru mesaj
message-edit = Modificați mesajul
message-waiting = Așteaptă trimiterea
message-sending = Se trimite…
message-sent = Trimis
message-read = Citit
message-readBy = Citit de { $names }
message-failed = Netrimis
message-discard = Renunțați
message-deleteTitle = Ștergeți acest mesaj?
message-deleteText = Este șters pentru toți cei de aici.
message-today = Astăzi
message-yesterday = Ieri

mention-list = Persoane de menționat
mention-found =
    { $count ->
        [one] { $count } sugestie
        [few] { $count } sugestii
       *[other] { $count } de sugestii
    }

lobby-title = Hol
lobby-text = Toți cei din hol văd ce scrieți aici.
lobby-visit = Vizitați holul
lobby-enter = Intrați în hol
lobby-back = Înapoi în hol ca { $name }
lobby-leave = Ieșiți
lobby-pseudonym = Numele dumneavoastră în hol
lobby-pseudonymHint = Între 3 și 15 litere, cifre sau liniuțe de subliniere.
lobby-here = Prezenți acum
lobby-count =
    { $count ->
        [one] { $count } persoană în hol
        [few] { $count } persoane în hol
       *[other] { $count } de persoane în hol
    }
lobby-joined = { $name } a intrat
lobby-left = { $name } a ieșit
lobby-write = Scrieți în hol
lobby-empty = E liniște aici. Salutați!
lobby-outside = Nu sunteți în hol
lobby-guest = invitat
lobby-removeGuest = Eliminați invitatul { $name }
lobby-removeGuestAction = Eliminați invitatul
lobby-removeGuestText = Vizita se încheie imediat și numele devine din nou disponibil. Mesajele rămân.
lobby-guestRemoved = { $name } nu mai este în hol.
lobby-join = Vă place holul? Înregistrați-vă și păstrați-vă mesajele.
