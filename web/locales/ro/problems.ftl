problem-UNREACHABLE = Serverul nu poate fi contactat. Se încearcă din nou…
problem-UNAUTHENTICATED = Vă rugăm să vă conectați din nou.
problem-INTERNAL_SERVER_ERROR = A apărut o problemă pe server.
problem-TIMEOUT = Serverul a răspuns prea târziu. Încercați din nou.
problem-UNAVAILABLE = Serverul este ocupat. Încercați din nou peste câteva clipe.
problem-TOO_MANY_OPERATIONS = Serverul este ocupat. Încercați din nou peste câteva clipe.
problem-RATE_LIMITED = Prea multe cereri. Încercați din nou peste câteva clipe.
problem-rateLimitedFor =
    { $count ->
        [one] Prea multe cereri. Încercați din nou peste { $count } secundă.
        [few] Prea multe cereri. Încercați din nou peste { $count } secunde.
       *[other] Prea multe cereri. Încercați din nou peste { $count } de secunde.
    }
problem-FORBIDDEN = Nu aveți permisiunea de a face acest lucru.
problem-NOT_FOUND = Acest element nu mai există.
problem-BAD_USER_INPUT = Această cerere nu este validă.
problem-INVALID = Această valoare nu este validă.
problem-TOO_SHORT = Este prea scurt.
problem-TOO_LONG = Este prea lung.
problem-CONFLICT = Altcineva a modificat acest element. Reîncărcați pagina și încercați din nou.
problem-EMAIL_DOMAIN_NOT_ALLOWED = Folosiți adresa de e-mail primită de la campus.
problem-EMAIL_TAKEN = Există deja un cont cu această adresă de e-mail.
problem-USERNAME_TAKEN = Acest nume de utilizator este deja folosit.
problem-PASSWORD_WEAK = Alegeți o parolă mai lungă sau mai puțin obișnuită.
problem-CREDENTIALS_WRONG = Aceste date de conectare nu sunt corecte.
problem-REAUTHENTICATION_REQUIRED = Introduceți parola.
problem-TOKEN_INVALID = Acest link nu mai este valabil.
problem-IDEMPOTENCY_MISMATCH = Acest mesaj a fost deja trimis cu alt conținut.
problem-RECIPIENT_UNAVAILABLE = Nu îi puteți scrie acestei persoane.
problem-EDIT_WINDOW_OVER = Este prea târziu pentru a modifica acest element.
problem-UNSUPPORTED_MEDIA = Sunt acceptate doar imagini JPEG, PNG, WebP și GIF.
problem-HEIC_UNREADABLE = Acest browser nu poate citi fotografii HEIC. Salvați fotografia ca JPEG sau trimiteți-o din Safari ori de pe telefonul cu care a fost făcută.
problem-TOO_MANY_IMAGES =
    { $count ->
        [one] Aici încape doar { $count } imagine. Celelalte nu au fost adăugate.
        [few] Aici încap doar { $count } imagini. Celelalte nu au fost adăugate.
       *[other] Aici încap doar { $count } de imagini. Celelalte nu au fost adăugate.
    }
problem-TOO_LARGE = Această imagine este prea mare.
problem-QUOTA_EXCEEDED = Ați atins limita.
problem-SLOT_UNAVAILABLE = Această oră nu este disponibilă.
problem-SLOT_TAKEN = Altcineva tocmai a rezervat această oră.
problem-OVERLAP = Aveți altă rezervare la această oră.
problem-BOOKING_LIMIT = Ați atins limita de rezervări pentru această zi.
problem-NOTICE_TOO_SHORT = Este prea târziu pentru acest lucru.
problem-WRONG_STATE = Acest lucru nu mai este posibil.
problem-HAS_BOOKINGS = Rezervările existente împiedică această modificare.
problem-FILE_TOO_LARGE = { $name } este prea mare. Fișierele pot avea până la { $megabytes } MB.
problem-FILE_UNSUPPORTED_MEDIA = { $name } nu poate fi atașat. Se acceptă PDF, text, documente Office fără macrocomenzi și arhive ZIP.
problem-TOO_MANY_FILES =
    { $count ->
        [one] Aici încape doar { $count } fișier. Celelalte nu au fost adăugate.
        [few] Aici încap doar { $count } fișiere. Celelalte nu au fost adăugate.
       *[other] Aici încap doar { $count } de fișiere. Celelalte nu au fost adăugate.
    }
