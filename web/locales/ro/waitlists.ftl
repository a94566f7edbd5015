mentoring-waitlists = Liste de așteptare

waitlist-slot = complet, intrați pe lista de așteptare
waitlist-place = complet, sunteți pe locul { $position } pe lista de așteptare
waitlist-held = păstrat pentru dumneavoastră
waitlist-dayFull = Toate orele sunt complete
waitlist-join = Intrați pe lista de așteptare
waitlist-text = Dacă se eliberează un loc, vă este păstrat cel mult o oră. Primiți o notificare și un e-mail.
waitlist-noOne = Încă nu așteaptă nimeni.
waitlist-count =
    { $count ->
        [one] O persoană așteaptă.
        [few] { $count } persoane așteaptă.
       *[other] { $count } de persoane așteaptă.
    }
waitlist-joined = Sunteți pe lista de așteptare
waitlist-free = Un loc este din nou liber. Rezervați-l acum.
waitlist-leave = Ieșiți de pe lista de așteptare
waitlist-leaveOne = Ieșiți de pe lista de așteptare: { $topic }, { $time }
waitlist-left = Ați ieșit de pe lista de așteptare.
waitlist-position = Sunteți pe locul { $position } pe lista de așteptare.
waitlist-heldUntil = Un loc este păstrat pentru dumneavoastră până la { $time }.
waitlist-book = Rezervați acum
waitlist-bookOne = Rezervați acum: { $topic }, { $time }
waitlist-none = Nu sunteți pe nicio listă de așteptare
waitlist-noneText = Dacă o oră este completă, alegeți-o pentru a intra pe lista ei de așteptare.
