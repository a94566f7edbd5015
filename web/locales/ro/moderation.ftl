nav-moderation = Moderare
nav-openReports =
    { $count ->
        [one] { $count } raportare deschisă
        [few] { $count } raportări deschise
       *[other] { $count } de raportări deschise
    }

moderation-reports = Raportări
moderation-log = Jurnal
moderation-show = Afișați
moderation-undecided = De decis
moderation-unassigned = Neatribuite
moderation-mine = Ale mele
moderation-decided = Decise
moderation-all = Toate
moderation-none = Nicio raportare aici
moderation-noneText = Raportările noi apar de la sine.
moderation-kind = Acțiune
moderation-anyKind = Toate acțiunile
moderation-onlyMine = Doar acțiunile mele
moderation-noActions = Nicio acțiune încă
moderation-operator = Operatorul serverului
moderation-report = Raportare

report-about = Raportare: { $kind }
report-Message = Mesaj
report-Post = Postare
report-Comment = Comentariu
report-User = Profil
report-content = Conținut șters
report-OPEN = Deschisă
report-ASSIGNED = Atribuită
report-RESOLVED = Decisă
report-complaints =
    { $count ->
        [one] { $count } plângere
        [few] { $count } plângeri
       *[other] { $count } de plângeri
    }
report-more =
    { $count ->
        [one] { $count } plângere mai veche nu este afișată.
        [few] { $count } plângeri mai vechi nu sunt afișate.
       *[other] { $count } de plângeri mai vechi nu sunt afișate.
    }
report-own = Această raportare este despre dumneavoastră. Decide alt moderator.
report-assignee = Atribuită către
report-noAssignee = Nu se ocupă nimeni încă de aceasta.
report-assignMe = Preluați raportarea
report-unassign = Retrageți atribuirea
report-assigned = Raportarea vă este atribuită.
report-unassigned = Raportarea nu mai este atribuită.
report-copy = Conținutul la momentul raportării
report-copyText = Păstrat așa cum era la prima plângere. Autor: { $username }.
report-copyGone = Copia este ștearsă la 30 de zile după decizie.
report-noText = Niciun text.
report-deleted = Conținutul a fost șters între timp.
report-now = Conținutul acum
report-open = Deschideți la locul său
report-author = Autor
report-decide = Decideți
report-decision = Decizie
report-actions = Acțiuni
report-noActions = Conținutul nu mai există și nu puteți acționa asupra autorului.
report-do-REMOVE = Ștergeți conținutul
report-do-WARN = Avertizați autorul
report-do-LOCK = Blocați contul autorului
report-did-REMOVE = Conținut șters
report-did-WARN = Autor avertizat
report-did-LOCK = Cont blocat
report-dismissed = Nicio măsură
report-message = Mesaj pentru autor
report-messageHint = Autorul îl citește. Numele dumneavoastră nu este afișat.
report-note = Notă pentru moderatori
report-noteHint = O văd doar moderatorii, în jurnal.
report-dismissHint = Fără nicio acțiune, raportarea este respinsă. Cei care au depus plângeri sunt anunțați.
report-dismiss = Respingeți raportarea
report-resolve = Aplicați aceste acțiuni
report-resolved = Decizie salvată.
report-resolver = Decizie luată de

staff-REPORT_RESOLVED = Raportare decisă
staff-REPORT_ASSIGNED = Raportare atribuită
staff-CONTENT_REMOVED = Conținut șters
staff-MEMBER_WARNED = Membru avertizat
staff-MEMBER_LOCKED = Membru blocat
staff-MEMBER_UNLOCKED = Membru deblocat
staff-ROLE_CHANGED = Rol schimbat
staff-GUEST_REMOVED = Invitat eliminat
staff-TOPIC_CHANGED = Subiect modificat
staff-INVITATION_REVOKED = Invitație revocată
staff-REGISTRATION_APPROVED = Înregistrare aprobată
staff-REGISTRATION_DECLINED = Înregistrare refuzată

member-open = Moderați contul
member-reports = Raportări despre acest cont
member-actions = Acțiuni asupra acestui cont
member-locked = Blocat
member-lockedUntil = Blocat până la { $time }

role-GUEST = Invitat
role-MEMBER = Membru
role-MODERATOR = Moderator
role-ADMIN = Administrator
role-label = Rol
role-change = Schimbați rolul
role-title = Rol: { $name }
role-text = Moderatorii decid asupra raportărilor și șterg conținut. Administratorii schimbă și roluri. Schimbarea are efect imediat.

lock-do = Blocați contul
lock-change = Modificați blocarea
lock-title = Blocați contul { $name }?
lock-text = Toate sesiunile se încheie, iar conectarea este refuzată. Fără o dată de sfârșit, sunt anulate și rezervările viitoare.
lock-reason = Motivul blocării
lock-reasonHint = Membrul îl primește prin e-mail.
lock-duration = Durata blocării
lock-untilDate = Până la o dată
lock-date = Ultima zi a blocării
lock-forever = Fără sfârșit
lock-done = { $name } are contul blocat.
lock-undo = Deblocați contul
lock-undoTitle = Deblocați contul { $name }?
lock-undone = { $name } are contul deblocat.
