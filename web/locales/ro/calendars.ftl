busy-title = Celelalte calendare ale tale
busy-text = Cât timp are loc un eveniment într-unul dintre ele, nu ai ore libere aici. Se citesc numai orele evenimentelor.
busy-none = Nu ai adăugat niciun calendar.
busy-name = Numele calendarului
busy-url = Adresa calendarului
busy-urlHint = Adresa iCal secretă a calendarului, care începe cu https://. Nu va mai fi afișată.
busy-add = Adaugă calendarul
busy-added = Calendar adăugat.
busy-events =
    { $count ->
        [one] { $count } eveniment
        [few] { $count } evenimente
       *[other] { $count } de evenimente
    }
busy-lastRead = Ultima citire:
busy-neverRead = Încă necitit
busy-remove = Elimină calendarul: { $name }
busy-removed = Calendar eliminat.
busy-conflict = Unul dintre celelalte calendare ale tale are un eveniment la ora aceasta.
