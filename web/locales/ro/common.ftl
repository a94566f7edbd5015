app-description = Campusul într-un singur loc: persoane, postări, conversații, un hol și mentori.

nav-skip = Salt la conținut
nav-main = Principală
nav-feed = Acasă
nav-messages = Mesaje
nav-lobby = Hol
nav-mentoring = Mentorat
nav-people = Persoane
nav-notifications = Notificări
nav-settings = Setări
nav-unread =
    { $count ->
        [one] { $count } mesaj necitit
        [few] { $count } mesaje necitite
       *[other] { $count } de mesaje necitite
    }
nav-unseen =
    { $count ->
        [one] { $count } nouă
        [few] { $count } noi
       *[other] { $count } noi
    }

action-save = Salvați
action-cancel = Renunțați
action-close = Închideți
action-edit = Modificați
action-delete = Ștergeți
action-report = Raportați
action-retry = Încercați din nou
action-reload = Reîncărcați pagina
action-more = Afișați mai multe
action-copy = Copiați
action-continue = Continuați
action-backTo = Înapoi la
action-logIn = Conectare
action-logOut = Deconectare
action-signUp = Înregistrare

state-loading = Se încarcă
state-saved = Salvat.
state-copied = Copiat.
state-failed = A apărut o problemă. Încercați din nou peste câteva clipe.
state-missing = Nu există sau nu aveți acces.
state-broken = A apărut o problemă pe această pagină.
state-brokenHint = Restul aplicației Studyhall funcționează. De obicei ajută să reîncărcați pagina.
state-stale = Actualizarea nu a reușit. Vedeți ce s-a încărcat mai devreme.
state-offline = Fără conexiune. Mesajele și postările sunt păstrate și se trimit când reveniți online.

notFound-title = Pagina nu există
notFound-text = Linkul poate fi vechi sau scris greșit.
notFound-home = Înapoi la pagina principală

share-invite = Copiați linkul de invitație
share-page = Distribuiți
share-copied = Link copiat.

text-invisible = (niciun text vizibil)

form-left =
    { $count ->
        [one] A mai rămas { $count } caracter
        [few] Au mai rămas { $count } caractere
       *[other] Au mai rămas { $count } de caractere
    }
form-tooMany =
    { $count ->
        [one] { $count } caracter în plus
        [few] { $count } caractere în plus
       *[other] { $count } de caractere în plus
    }
form-optional = (opțional)

tags-remove = Eliminați { $name }

theme-label = Temă
theme-system = Sistem
theme-light = Luminoasă
theme-dark = Întunecată
theme-toLight = Treceți la tema luminoasă
theme-toDark = Treceți la tema întunecată

language-label = Limbă
language-differs = Limba contului dumneavoastră este { $account }. Pe acest dispozitiv a fost aleasă { $device }.
language-use = Folosiți { $language }
language-keep = Păstrați { $language }

image-add = Adăugați imagini
image-uploading = { $name }, se încarcă
image-attached = Imagini atașate
image-remove = Eliminați { $name }
image-by = Imaginea { $count } de la { $name }
image-open = Deschideți: { $name }
image-previous = Imaginea anterioară
image-next = Imaginea următoare

file-add = Atașați fișiere
file-attached = Fișiere atașate
file-files = Fișiere
file-uploading = { $name }, se încarcă
file-later = Se încarcă la trimitere
file-cancel = Opriți încărcarea: { $name }
file-download = Descărcați
file-gone = Acest fișier nu mai este disponibil.

welcome-title = Campusul dumneavoastră, într-un singur loc.
welcome-text = Găsiți persoane din domeniul dumneavoastră, vorbiți cu ele și rezervați timp cu un mentor.
welcome-signUp = Creați-vă contul
welcome-lobby = Doar în vizită?
welcome-lobbyText = Holul este deschis tuturor. Nu aveți nevoie de cont sau e-mail: alegeți doar un nume.
welcome-people = Persoane
welcome-peopleText = Căutați după nume, domeniu de studiu sau competență. Dumneavoastră hotărâți cine vă vede datele.
welcome-messages = Conversații
welcome-messagesText = Mesaje în timp real, cu imagini. Scrieți și fără conexiune: mesajele se trimit când reveniți online.
welcome-mentoring = Mentori
welcome-mentoringText = Rezervați o ședință în fusul dumneavoastră orar sau oferiți din timpul dumneavoastră.
welcome-developers = Dezvoltați un client? Totul aici folosește un singur API deschis:

graphiql-file = Fișier de încărcat
graphiql-chosen = Fișier: { $name }
