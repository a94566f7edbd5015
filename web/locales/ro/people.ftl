person-deleted = Utilizator șters
person-unavailable = Utilizator indisponibil
person-online = Online
person-offline = Offline
person-lastSeen = Ultima activitate:

people-search = Căutați după nume, domeniu de studiu sau competență
people-filters = Filtre
people-skillsHint = Apăsați Enter pentru a adăuga una. Persoanele trebuie să le aibă pe toate.
people-online = Doar online
people-none = Nicio persoană găsită
people-empty = Sunteți prima persoană aici
people-emptyText = Încă nu există alt cont. Distribuiți linkul: toți cei care se înregistrează apar aici.
people-noneText = Încercați cuvinte mai puține sau diferite.

profile-missing = Utilizatorul nu a fost găsit
profile-missingText = Poate numele de utilizator s-a schimbat sau contul nu mai este disponibil.
profile-edit = Modificați profilul
profile-message = Scrieți un mesaj
profile-actions = Alte acțiuni
profile-teaches = Predă
profile-posts = Postări
profile-noPosts = Nicio postare încă.
profile-inYear = anul { $year }
profile-picture = Imagine de profil
profile-addPicture = Adăugați o imagine
profile-changePicture = Schimbați imaginea
profile-removePicture = Eliminați
profile-aboutYou = Despre dumneavoastră
profile-firstName = Prenume
profile-lastName = Nume
profile-fieldOfStudy = Domeniu de studiu
profile-year = An de studiu
profile-skills = Competențe
profile-skillsHint = Apăsați Enter sau virgulă pentru a adăuga una. Cel mult 30.
profile-about = Despre

contact-title = Date de contact
contact-text = Alegeți cine le poate vedea în secțiunea Confidențialitate.
contact-email = E-mail
contact-occupation = Ocupație
contact-studentNumber = Număr matricol
contact-homeAddress = Adresa de acasă
contact-county = Județ
contact-country = Țară

links-title = Linkuri
links-description = Descriere
links-website = Site web
links-linkedin = LinkedIn
links-github = GitHub
links-instagram = Instagram
links-twitter = Twitter
links-facebook = Facebook
links-youtube = YouTube

report-title = Raportați moderatorilor
report-text = Moderatorii vă văd numele. Persoana raportată nu îl vede.
report-reason = Care este problema?
report-done = Vă mulțumim. Moderatorii vor verifica.

feed-empty = Nicio postare încă
feed-emptyText = Scrieți-o pe prima, vedeți cine este aici sau invitați alte persoane.
feed-people = Găsiți persoane

post-title = Postare
post-by = Postare de { $name }
post-actions = Acțiuni pentru postare
post-edited = modificată
post-text = Text
post-new = Postare nouă
post-placeholder = Ce este nou în campus?
post-publish = Publicați
post-deleteTitle = Ștergeți această postare?
post-deleteText = Este ștearsă pentru toți, împreună cu imaginile.
post-deleted = Postare ștearsă.

comment-list = Comentarii
comment-count =
    { $count ->
        [one] { $count } comentariu
        [few] { $count } comentarii
       *[other] { $count } de comentarii
    }
comment-none = Niciun comentariu încă.
comment-earlier = Încărcați comentariile anterioare
comment-by = Comentariu de { $name }
comment-actions = Acțiuni pentru comentariu
comment-edited = modificat
comment-text = Comentariu
comment-new = Comentariu nou
comment-publish = Comentați
comment-reply = Răspundeți
comment-replyTo = Răspuns pentru { $name }
comment-deleteTitle = Ștergeți acest comentariu?
comment-deleteText = Este șters pentru toți.
comment-deleted = Comentariu șters.

reaction-list = Reacții
reaction-add = Adăugați o reacție
reaction-choose = Emoji
reaction-count =
    { $count ->
        [one] { $emoji }, { $count } persoană
        [few] { $emoji }, { $count } persoane
       *[other] { $emoji }, { $count } de persoane
    }
reaction-failed = Reacția nu a putut fi salvată.
