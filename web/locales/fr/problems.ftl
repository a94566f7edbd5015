problem-UNREACHABLE = Le serveur est injoignable. Nouvelle tentative en cours…
problem-UNAUTHENTICATED = Veuillez vous reconnecter.
problem-INTERNAL_SERVER_ERROR = Une erreur s’est produite sur le serveur.
problem-TIMEOUT = Le serveur a mis trop de temps à répondre. Réessayez.
problem-UNAVAILABLE = Le serveur est occupé. Réessayez dans un instant.
problem-TOO_MANY_OPERATIONS = Le serveur est occupé. Réessayez dans un instant.
problem-RATE_LIMITED = Trop de demandes. Réessayez dans un instant.
problem-rateLimitedFor =
    { $count ->
        [one] Trop de demandes. Réessayez dans { $count } seconde.
       *[other] Trop de demandes. Réessayez dans { $count } secondes.
    }
problem-FORBIDDEN = Vous n’avez pas l’autorisation de faire cela.
problem-NOT_FOUND = Cet élément n’existe plus.
problem-BAD_USER_INPUT = Cette demande n’est pas valide.
problem-INVALID = Cette valeur n’est pas valide.
problem-TOO_SHORT = C’est trop court.
problem-TOO_LONG = C’est trop long.
problem-CONFLICT = Quelqu’un d’autre a modifié cet élément. Rechargez la page et réessayez.
problem-EMAIL_DOMAIN_NOT_ALLOWED = Utilisez l’adresse que votre campus vous a donnée.
problem-EMAIL_TAKEN = Un compte existe déjà avec cette adresse.
problem-USERNAME_TAKEN = Ce nom d’utilisateur est déjà pris.
problem-PASSWORD_WEAK = Choisissez un mot de passe plus long ou moins courant.
problem-CREDENTIALS_WRONG = Ces identifiants sont incorrects.
problem-REAUTHENTICATION_REQUIRED = Veuillez saisir votre mot de passe.
problem-TOKEN_INVALID = Ce lien n’est plus valable.
problem-IDEMPOTENCY_MISMATCH = Cet envoi a déjà eu lieu avec un autre contenu.
problem-RECIPIENT_UNAVAILABLE = Vous ne pouvez pas écrire à cette personne.
problem-EDIT_WINDOW_OVER = Il est trop tard pour modifier cet élément.
problem-UNSUPPORTED_MEDIA = Seules les images JPEG, PNG, WebP et GIF sont prises en charge.
problem-HEIC_UNREADABLE = Ce navigateur ne lit pas les photos HEIC. Enregistrez la photo en JPEG, ou envoyez-la depuis Safari ou le téléphone qui l’a prise.
problem-TOO_MANY_IMAGES =
    { $count ->
        [one] { $count } image au maximum. Les autres n’ont pas été ajoutées.
       *[other] { $count } images au maximum. Les autres n’ont pas été ajoutées.
    }
problem-TOO_LARGE = Cette image est trop grande.
problem-QUOTA_EXCEEDED = Vous avez atteint la limite.
problem-SLOT_UNAVAILABLE = Ce créneau n’est pas disponible.
problem-SLOT_TAKEN = Ce créneau vient d’être réservé par quelqu’un d’autre.
problem-OVERLAP = Vous avez une autre réservation à cette heure.
problem-BOOKING_LIMIT = Vous avez atteint la limite de réservations pour ce jour.
problem-NOTICE_TOO_SHORT = Il est trop tard pour faire cela.
problem-WRONG_STATE = Ce n’est plus possible.
problem-HAS_BOOKINGS = Des réservations existantes empêchent cette modification.
problem-FILE_TOO_LARGE = { $name } est trop volumineux. Un fichier peut avoir jusqu’à { $megabytes } Mo.
problem-FILE_UNSUPPORTED_MEDIA = Impossible de joindre { $name }. Sont acceptés : PDF, textes, documents bureautiques sans macros et archives ZIP.
problem-TOO_MANY_FILES =
    { $count ->
        [one] { $count } fichier au maximum. Les autres n’ont pas été ajoutés.
       *[other] { $count } fichiers au maximum. Les autres n’ont pas été ajoutés.
    }
