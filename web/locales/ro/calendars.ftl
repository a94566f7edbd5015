busy-title = Celelalte calendare ale dumneavoastră
busy-text = Cât timp are loc un eveniment într-unul dintre ele, nu aveți ore libere aici. Se citesc numai orele evenimentelor.
busy-none = Nu ați adăugat niciun calendar.
busy-name = Numele calendarului
busy-url = Adresa calendarului
busy-urlHint = Adresa iCal secretă a calendarului, care începe cu https://. Nu va mai fi afișată.
busy-add = Adăugați calendarul
busy-added = Calendar adăugat.
busy-events =
    { $count ->
        [one] { $count } eveniment
        [few] { $count } evenimente
       *[other] { $count } de evenimente
    }
busy-lastRead = Ultima citire:
busy-neverRead = Încă necitit
busy-remove = Eliminați calendarul: { $name }
busy-removed = Calendar eliminat.
busy-conflict = Unul dintre celelalte calendare ale dumneavoastră are un eveniment la această oră.
