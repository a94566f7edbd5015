settings-data = Datele dumneavoastră

export-title = O copie a datelor dumneavoastră
export-text = Profilul, postările, mesajele, rezervările, imaginile și fișierele dumneavoastră într-un singur fișier ZIP. O puteți cere o dată pe zi.
export-request = Cereți o copie
export-again = Cereți o copie nouă
export-againHint = O copie nouă o înlocuiește pe aceasta.
export-pending = Copia este în curs de pregătire…
export-pendingHint = Puteți părăsi această pagină: o notificare vă anunță când este gata.
export-ready = Copia este gata ({ $size }).
export-expires = Este ștearsă la { $time }.
export-download = Descărcați
export-failed = Copia nu a putut fi pregătită. Cereți-o din nou.
export-retryAt = Puteți cere următoarea copie începând cu { $time }.
export-delete = Ștergeți contul

receipt-title = Confirmare
receipt-text = Ce s-a întâmplat cu datele dumneavoastră la { $time }. O primiți și prin e-mail. Salvați-o acum: nu este păstrată.
receipt-kind = Date
receipt-deletedCount = Șterse
receipt-anonymisedCount = Păstrate fără nume
receipt-keptCount = Păstrate
receipt-save = Salvați confirmarea

data-APPOINTMENTS = Oferte
data-BOOKINGS = Rezervări
data-COMMENTS = Comentarii
data-FILES = Fișiere
data-IMAGES = Imagini
data-MESSAGES = Mesaje
data-POSTS = Postări
data-PROFILE = Profil și setări
data-REACTIONS = Reacții
data-REPORTS = Raportări
data-SESSIONS = Sesiuni
data-TOPICS = Subiecte
