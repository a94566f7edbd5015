mentoring-timeOff = Absențe

answer-none = Fără răspuns

booking-request = Trimiteți cererea
booking-requestThis = Cereți această oră
booking-requestHint = Mentorul aprobă fiecare rezervare. Până atunci, ora este păstrată pentru dumneavoastră.
booking-requested = Cerere trimisă.
booking-declineReason = Motivul mentorului
booking-join = Intrați în întâlnirea online
booking-anyStatus = Toate
booking-from = De la
booking-until = Până la
booking-topic = Un subiect
booking-limits = Filtre
booking-allWith = Toate rezervările cu { $name }
booking-allOf = Toate rezervările: { $topic }

request-waits = Așteaptă aprobarea mentorului până la { $time }. Ora este păstrată pentru dumneavoastră.
request-decide = Această cerere așteaptă aprobarea dumneavoastră până la { $time }. Apoi expiră.
request-expired = Mentorul nu a răspuns la timp. Puteți alege altă oră.
request-until = Așteaptă până la { $time }
request-count =
    { $count ->
        [one] { $count } cerere vă așteaptă aprobarea
        [few] { $count } cereri vă așteaptă aprobarea
       *[other] { $count } de cereri vă așteaptă aprobarea
    }
request-approve = Aprobați
request-approveOne = Aprobați: { $topic } cu { $name }, { $time }
request-approved = Rezervare aprobată.
request-decline = Refuzați
request-declineOne = Refuzați: { $topic } cu { $name }, { $time }
request-declineTitle = Refuzați această cerere?
request-declineText = Ora devine disponibilă pentru ceilalți. Studentul este anunțat, cu motivul dumneavoastră dacă indicați unul.
request-declined = Cerere refuzată.

place-title = Schimbați locul
place-text = Schimbarea este valabilă pentru toți participanții la această ședință. Ei sunt anunțați.
place-changed = Loc schimbat.

offer-approval = Cu aprobare

form-meetingUrl = Întâlnire online
form-meetingUrlHint = Un link pe care îl vedeți doar dumneavoastră și studenții cu rezervare.
form-isApprovalRequired = Fiecare rezervare necesită aprobarea mea
form-isApprovalRequiredHint = Aveți 24 de ore pentru a răspunde. Rezervările existente rămân.

question-title = Întrebări pentru studenți
question-text = Studenții răspund la ele când rezervă. Cel mult 10.
question-number = Întrebarea { $number }
question-label = Întrebare
question-kind = Răspuns
question-TEXT = Text
question-CHOICE = O variantă
question-CHOICES = Mai multe variante
question-choices = Variante
question-choicesHint = Câte una pe rând, cel mult 20.
question-required = Răspuns obligatoriu
question-add = Adăugați o întrebare
question-remove = Eliminați întrebarea { $number }
question-up = Mutați în sus întrebarea { $number }
question-down = Mutați în jos întrebarea { $number }

slots-view = Vizualizare
slots-byWeek = Săptămână
slots-byMonth = Lună
slots-previousMonth = Luna anterioară
slots-nextMonth = Luna următoare
slots-noneOnDay = Nicio oră disponibilă
slots-count =
    { $count ->
        [one] { $count } oră disponibilă
        [few] { $count } ore disponibile
       *[other] { $count } de ore disponibile
    }
slots-day = Ore disponibile: { $day }
slots-weekKeys = Cu tastele săgeată treceți de la o oră la alta, cu Page Up și Page Down de la o săptămână la alta.
slots-monthKeys = Cu tastele săgeată treceți de la o zi la alta, cu Page Up și Page Down de la o lună la alta.

timeOff-add = Adăugați o absență
timeOff-text = Niciuna dintre ofertele dumneavoastră nu poate fi rezervată în acest timp. Puteți rezerva în continuare ca student. Fus orar: { $zone }.
timeOff-wholeDays = Zile întregi
timeOff-firstDay = Prima zi
timeOff-lastDay = Ultima zi
timeOff-start = Început
timeOff-end = Sfârșit
timeOff-note = Notă
timeOff-noteHint = O vedeți doar dumneavoastră.
timeOff-none = Nicio absență planificată
timeOff-noneText = Vacanțe, examene, o după-amiază liberă: adăugați-le aici o singură dată, pentru toate ofertele.
timeOff-added = Absență adăugată.
timeOff-addedAndCancelled =
    { $count ->
        [one] Absență adăugată. { $count } rezervare a fost anulată.
        [few] Absență adăugată. { $count } rezervări au fost anulate.
       *[other] Absență adăugată. { $count } de rezervări au fost anulate.
    }
timeOff-remove = Eliminați absența: { $range }
timeOff-removed = Absență eliminată.
timeOff-conflicts =
    { $count ->
        [one] { $count } rezervare sau cerere cade în acest timp. Anulați-o sau reprogramați-o mai întâi.
        [few] { $count } rezervări sau cereri cad în acest timp. Anulați-le sau reprogramați-le mai întâi.
       *[other] { $count } de rezervări sau cereri cad în acest timp. Anulați-le sau reprogramați-le mai întâi.
    }
timeOff-addAndCancel =
    { $count ->
        [one] Adăugați absența și anulați { $count } rezervare
        [few] Adăugați absența și anulați { $count } rezervări
       *[other] Adăugați absența și anulați { $count } de rezervări
    }
timeOff-keep = Păstrați rezervările

summary-title = Ședințele dumneavoastră ca mentor
summary-period = Perioadă
summary-all = Toate
summary-month = 30 de zile
summary-year = 12 luni
summary-completedCount = încheiate
summary-studentCount = studenți
summary-cancelledCount = anulate
summary-noShowCount = neprezentări
summary-next = Următoarea ședință

mentor-title = Învățați cu { $name }
mentor-open = Pagina dumneavoastră
mentor-share = Distribuiți pagina
mentor-own = Aceasta este pagina pe care o puteți distribui: subiectele și orele dumneavoastră libere. Ceilalți aleg aici o oră.
mentor-none = Nicio ofertă momentan
mentor-invitation = Rezervați o ședință cu { $name }
mentor-invitationText = Înregistrați-vă sau conectați-vă pentru a vedea subiectele și orele libere, în fusul dumneavoastră orar. Reveniți apoi la această pagină.
mentor-signUp = Înregistrați-vă pentru a rezerva
mentor-chosen = Rezervați: { $topic }
mentor-chosenText = Înregistrați-vă sau conectați-vă pentru a rezerva această oră. Reveniți apoi la ea.
mentor-public = Toată lumea poate vedea pagina mea de mentor
mentor-publicHint = Persoanele neconectate vă văd numele, fotografia, textul, subiectele și orele libere.

topic-order = Ordine
topic-byTime = Cele mai noi
topic-byTitle = De la A la Z
topic-onlyArchived = Arhivate
