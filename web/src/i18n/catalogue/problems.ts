/** By the server's codes. English uses the server's own sentences, which say more, except where this page knows better. */
export const problems = {
  "problem.UNREACHABLE": [
    "The server cannot be reached. It is tried again.",
    "Le serveur est injoignable. On réessaie.",
  ],
  "problem.UNAUTHENTICATED": ["Please log in again.", "Veuillez vous reconnecter."],
  "problem.INTERNAL_SERVER_ERROR": ["Something went wrong on the server.", "Une erreur s’est produite sur le serveur."],
  "problem.TIMEOUT": ["The server took too long. Try again.", "Le serveur a mis trop de temps. Réessayez."],
  "problem.UNAVAILABLE": [
    "The server is busy. Try again in a moment.",
    "Le serveur est occupé. Réessayez dans un instant.",
  ],
  "problem.TOO_MANY_OPERATIONS": [
    "The server is busy. Try again in a moment.",
    "Le serveur est occupé. Réessayez dans un instant.",
  ],
  "problem.RATE_LIMITED": ["Too often. Wait a moment.", "Trop souvent. Patientez un instant."],
  "problem.rateLimitedFor": [
    "Too often. Try again in {count} second.|Too often. Try again in {count} seconds.",
    "Trop souvent. Réessayez dans {count} seconde.|Trop souvent. Réessayez dans {count} secondes.",
  ],
  "problem.FORBIDDEN": ["You may not do this.", "Vous ne pouvez pas faire cela."],
  "problem.NOT_FOUND": ["This is no longer there.", "Cela n’existe plus."],
  "problem.BAD_USER_INPUT": ["This could not be understood.", "Cela n’a pas pu être compris."],
  "problem.INVALID": ["This is not valid.", "Ce n’est pas valide."],
  "problem.TOO_SHORT": ["This is too short.", "C’est trop court."],
  "problem.TOO_LONG": ["This is too long.", "C’est trop long."],
  "problem.CONFLICT": ["Somebody else changed this meanwhile.", "Quelqu’un d’autre l’a modifié entre-temps."],
  "problem.EMAIL_TAKEN": ["This address already has an account.", "Cette adresse a déjà un compte."],
  "problem.USERNAME_TAKEN": ["This name is taken.", "Ce nom est pris."],
  "problem.PASSWORD_WEAK": [
    "Choose a longer or less common password.",
    "Choisissez un mot de passe plus long ou moins courant.",
  ],
  "problem.CREDENTIALS_WRONG": ["That is not right.", "Ces identifiants ne sont pas corrects."],
  "problem.REAUTHENTICATION_REQUIRED": [
    "Please give your password once more.",
    "Veuillez redonner votre mot de passe.",
  ],
  "problem.TOKEN_INVALID": ["This link is no longer good.", "Ce lien n’est plus valable."],
  "problem.IDEMPOTENCY_MISMATCH": [
    "This was already sent with other content.",
    "Cela a déjà été envoyé avec un autre contenu.",
  ],
  "problem.RECIPIENT_UNAVAILABLE": ["This person cannot be written to.", "Impossible d’écrire à cette personne."],
  "problem.EDIT_WINDOW_OVER": ["It is too late to edit this.", "Il est trop tard pour modifier."],
  "problem.UNSUPPORTED_MEDIA": [
    "Only JPEG, PNG, WebP and GIF pictures are taken.",
    "Seules les images JPEG, PNG, WebP et GIF sont acceptées.",
  ],
  "problem.TOO_LARGE": ["This picture is too large.", "Cette image est trop grande."],
  "problem.QUOTA_EXCEEDED": ["You have reached the limit.", "Vous avez atteint la limite."],
  "problem.SLOT_UNAVAILABLE": ["This time is not offered.", "Ce créneau n’est pas proposé."],
  "problem.SLOT_TAKEN": [
    "Somebody was faster: this time is taken.",
    "Quelqu’un a été plus rapide : ce créneau est pris.",
  ],
  "problem.OVERLAP": ["You have another booking at that time.", "Vous avez une autre réservation à cette heure."],
  "problem.BOOKING_LIMIT": [
    "That would be one booking too many on that day.",
    "Cela ferait une réservation de trop ce jour-là.",
  ],
  "problem.NOTICE_TOO_SHORT": ["It is too late for that.", "C’est trop tard pour cela."],
  "problem.WRONG_STATE": ["This can no longer be done.", "Ce n’est plus possible."],
  "problem.HAS_BOOKINGS": ["There are bookings in the way.", "Des réservations s’y opposent."],
} as const;
