mentoring-topics = Subiecte
mentoring-bookings = Rezervările mele
mentoring-teaching = Ofertele mele
mentoring-search = Ce doriți să învățați?

topic-new = Subiect nou
topic-edit = Modificați subiectul
topic-title = Titlu
topic-exists = Există deja un subiect cu acest titlu:
topic-description = Descriere
topic-image = Imagine de copertă
topic-create = Creați subiectul
topic-none = Niciun subiect găsit
topic-empty = Niciun subiect încă
topic-emptyText = Un subiect este ceva de învățat. Creați unul, apoi oferiți ore pentru el.
topic-noneText = Fiți primul care îl creează și îl predă.
topic-mentors =
    { $count ->
        [one] { $count } mentor
        [few] { $count } mentori
       *[other] { $count } de mentori
    }
topic-bookings =
    { $count ->
        [one] { $count } rezervare
        [few] { $count } rezervări
       *[other] { $count } de rezervări
    }
topic-archived = Arhivat
topic-archive = Arhivați
topic-unarchive = Scoateți din arhivă
topic-archivedInstead = Subiectul este folosit, așa că a fost arhivat.
topic-deleted = Subiect șters.
topic-deleteTitle = Ștergeți acest subiect?
topic-deleteText = Dacă este folosit, va fi arhivat.
topic-actions = Acțiuni pentru subiect
topic-teach = Predați acest subiect
topic-offers = Mentori
topic-noOffers = Niciun mentor încă
topic-noOffersText = Cunoașteți subiectul? Oferiți din timpul dumneavoastră.
topic-by = Creat de { $name }

offer-title = { $topic } cu { $name }
offer-minutes = { $count } min
offer-seats =
    { $count ->
        [one] { $count } loc
        [few] { $count } locuri
       *[other] { $count } de locuri
    }
offer-inactive = Suspendată
offer-choose = Alegeți o oră
offer-zone = Fus orar: { $zone }.
offer-mentorZone = Fusul orar al mentorului: { $zone }.
offer-own = Aceasta este oferta dumneavoastră. Ceilalți pot rezerva orele de mai jos.
offer-closed = Această ofertă nu primește rezervări acum.
offer-notice = Puteți anula sau reprograma cu cel puțin { $time } înainte de început.
offer-edit = Modificați oferta
offer-editOne = Modificați oferta: { $topic }
offer-new = Predați { $topic }
offer-create = Creați oferta
offer-saved = Ofertă salvată.
offer-delete = Ștergeți oferta
offer-deleteTitle = Ștergeți această ofertă?
offer-deleteText = Nu va mai putea fi rezervată.
offer-cancelUpcoming = Anulați rezervările viitoare
offer-deleted = Ofertă ștearsă.
offer-none = Nu predați încă nimic
offer-noneText = Alegeți un subiect și stabiliți orele. Apoi ceilalți pot face rezervări.
offer-findTopic = Alegeți un subiect
offer-conflicts = Aceste rezervări ar fi în afara noilor ore. Mai întâi reprogramați-le sau anulați-le.

form-basics = Ședință
form-rules = Reguli de rezervare
form-description = Ce oferiți
form-location = Loc
form-locationHint = O sală sau alt loc.
form-sessionMinutes = Durata ședinței
form-seats = Locuri
form-seatsHint = Cu mai multe locuri, ședința este de grup.
form-timeZone = Fusul dumneavoastră orar
form-minimumNoticeMinutes = Timp minim înainte de rezervare
form-cancellationNoticeMinutes = Timp minim înainte de anulare
form-horizonDays = Zile care pot fi rezervate în avans
form-bufferMinutes = Pauză între ședințe
form-maxBookingsPerStudentPerDay = Rezervări pe zi pentru un student
form-isActive = Se primesc rezervări
form-isActiveHint = Suspendarea păstrează rezervările existente.

hours-title = Program săptămânal
hours-text = Când se pot face rezervări, în fusul orar { $zone }.
hours-none = Indisponibil
hours-add = Adăugați ore pentru { $day }
hours-from = { $day }: de la
hours-to = { $day }: până la
hours-nextDay = ziua următoare
hours-until = până la
hours-remove = Eliminați { $day } { $from } – { $to }
hours-copy = Copiați ziua de luni în toate zilele lucrătoare

exceptions-title = Excepții pentru anumite date
exceptions-text = Orele stabilite pentru o dată înlocuiesc programul săptămânal al acelei zile.
exceptions-add = Adăugați o dată
exceptions-date = Dată
exceptions-closed = Indisponibil toată ziua
exceptions-remove = Eliminați { $day }

windows-title = Ore ocazionale
windows-text = La o anumită dată, în plus față de programul săptămânal.
windows-add = Adăugați ore

slots-alternatives = Disponibile în schimb
slots-current = Rezervat acum: { $time }
slots-previous = Săptămâna anterioară
slots-next = Săptămâna următoare
slots-week = Ore disponibile între { $from } și { $to }
slots-none = Nicio oră disponibilă săptămâna aceasta.
slots-noneAtAll = Nicio oră disponibilă în următoarele 30 de zile.
slots-first = Mergeți la prima oră disponibilă
slots-left =
    { $count ->
        [one] { $count } loc liber
        [few] { $count } locuri libere
       *[other] { $count } de locuri libere
    }

booking-title = Rezervare
booking-confirm = Rezervați această oră
booking-question = Despre ce doriți să vorbiți?
booking-book = Rezervați
booking-booked = Rezervare confirmată.
booking-reschedule = Reprogramați
booking-rescheduleTitle = Alegeți o oră nouă
booking-rescheduleTo = Reprogramați la { $time }
booking-rescheduled = Rezervare reprogramată.
booking-cancel = Anulați rezervarea
booking-cancelTitle = Anulați această rezervare?
booking-cancelText = Ora devine imediat disponibilă pentru ceilalți.
booking-reason = Motiv
booking-cancelled = Rezervare anulată.
booking-keep = Păstrați rezervarea
booking-complete = Marcați ca încheiată
booking-noShow = Marcați că { $name } nu s-a prezentat
booking-calendar = Adăugați în calendar
booking-message = Mesaj către { $name }
booking-status = Stare
booking-role = Rol
booking-STUDENT = Ca student
booking-MENTOR = Ca mentor
booking-both = Toate
booking-none = Nicio rezervare
booking-noneText = Găsiți un subiect și rezervați o ședință.
booking-location = Loc
booking-mentor = Mentor
booking-student = Student
booking-studentQuestion = Întrebare
booking-bookedAt = Data rezervării
booking-cancelledBy = Anulată de { $name }
booking-missedBy = { $name } nu a participat

status-UPCOMING = Viitoare
status-REQUESTED = Așteaptă aprobarea
status-DECLINED = Refuzată
status-EXPIRED = Expirată
status-COMPLETED = Încheiată
status-CANCELLED = Anulată
status-NO_SHOW = Neprezentare
