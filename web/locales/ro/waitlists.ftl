mentoring-waitlists = Liste de așteptare

waitlist-slot = complet, intră pe lista de așteptare
waitlist-place = complet, ești pe locul { $position } pe lista de așteptare
waitlist-held = păstrat pentru tine
waitlist-dayFull = Toate orele sunt complete
waitlist-join = Intră pe lista de așteptare
waitlist-text = Dacă se eliberează un loc, îți este păstrat cel mult o oră. Primești o notificare și un e-mail.
waitlist-noOne = Încă nu așteaptă nimeni.
waitlist-count =
    { $count ->
        [one] O persoană așteaptă.
        [few] { $count } persoane așteaptă.
       *[other] { $count } de persoane așteaptă.
    }
waitlist-joined = Ești pe lista de așteptare
waitlist-free = Un loc este din nou liber. Rezervă-l acum.
waitlist-leave = Ieși de pe lista de așteptare
waitlist-leaveOne = Ieși de pe lista de așteptare: { $topic }, { $time }
waitlist-left = Ai ieșit de pe lista de așteptare.
waitlist-position = Ești pe locul { $position } pe lista de așteptare.
waitlist-heldUntil = Un loc este păstrat pentru tine până la { $time }.
waitlist-book = Rezervă acum
waitlist-bookOne = Rezervă acum: { $topic }, { $time }
waitlist-none = Nu ești pe nicio listă de așteptare
waitlist-noneText = Dacă o oră este completă, alege-o pentru a intra pe lista ei de așteptare.
