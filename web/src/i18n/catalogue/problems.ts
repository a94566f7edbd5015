/** Messages by error code. For most codes, English shows the server's message instead: see `clientMessages`. */
export const problems = {
  "problem.UNREACHABLE": [
    "The server can’t be reached. Retrying…",
    "Le serveur est injoignable. Nouvelle tentative en cours…",
  ],
  "problem.UNAUTHENTICATED": ["Please log in again.", "Veuillez vous reconnecter."],
  "problem.INTERNAL_SERVER_ERROR": ["Something went wrong on the server.", "Une erreur s’est produite sur le serveur."],
  "problem.TIMEOUT": [
    "The server took too long to respond. Try again.",
    "Le serveur a mis trop de temps à répondre. Réessayez.",
  ],
  "problem.UNAVAILABLE": [
    "The server is busy. Try again in a moment.",
    "Le serveur est occupé. Réessayez dans un instant.",
  ],
  "problem.TOO_MANY_OPERATIONS": [
    "The server is busy. Try again in a moment.",
    "Le serveur est occupé. Réessayez dans un instant.",
  ],
  "problem.RATE_LIMITED": ["Too many requests. Try again in a moment.", "Trop de demandes. Réessayez dans un instant."],
  "problem.rateLimitedFor": [
    "Too many requests. Try again in {count} second.|Too many requests. Try again in {count} seconds.",
    "Trop de demandes. Réessayez dans {count} seconde.|Trop de demandes. Réessayez dans {count} secondes.",
  ],
  "problem.FORBIDDEN": ["You’re not allowed to do this.", "Vous n’avez pas l’autorisation de faire cela."],
  "problem.NOT_FOUND": ["This no longer exists.", "Cet élément n’existe plus."],
  "problem.BAD_USER_INPUT": ["This request isn’t valid.", "Cette demande n’est pas valide."],
  "problem.INVALID": ["This isn’t valid.", "Cette valeur n’est pas valide."],
  "problem.TOO_SHORT": ["This is too short.", "C’est trop court."],
  "problem.TOO_LONG": ["This is too long.", "C’est trop long."],
  "problem.CONFLICT": [
    "Someone else changed this. Reload the page and try again.",
    "Quelqu’un d’autre a modifié cet élément. Rechargez la page et réessayez.",
  ],
  "problem.EMAIL_DOMAIN_NOT_ALLOWED": [
    "Use the email address that your campus gave you.",
    "Utilisez l’adresse que votre campus vous a donnée.",
  ],
  "problem.EMAIL_TAKEN": ["This email already has an account.", "Un compte existe déjà avec cette adresse."],
  "problem.USERNAME_TAKEN": ["This username is taken.", "Ce nom d’utilisateur est déjà pris."],
  "problem.PASSWORD_WEAK": [
    "Choose a longer or less common password.",
    "Choisissez un mot de passe plus long ou moins courant.",
  ],
  "problem.CREDENTIALS_WRONG": ["These credentials are incorrect.", "Ces identifiants sont incorrects."],
  "problem.REAUTHENTICATION_REQUIRED": [
    "Please enter your password.",
    "Veuillez saisir votre mot de passe.",
  ],
  "problem.TOKEN_INVALID": ["This link is no longer valid.", "Ce lien n’est plus valable."],
  "problem.IDEMPOTENCY_MISMATCH": [
    "This was already sent with different content.",
    "Cet envoi a déjà eu lieu avec un autre contenu.",
  ],
  "problem.RECIPIENT_UNAVAILABLE": ["You can’t message this person.", "Vous ne pouvez pas écrire à cette personne."],
  "problem.EDIT_WINDOW_OVER": ["It’s too late to edit this.", "Il est trop tard pour modifier cet élément."],
  "problem.UNSUPPORTED_MEDIA": [
    "Only JPEG, PNG, WebP and GIF images are supported.",
    "Seules les images JPEG, PNG, WebP et GIF sont prises en charge.",
  ],
  "problem.HEIC_UNREADABLE": [
    "This browser can’t read HEIC photos. Save the photo as JPEG, or send it from Safari or from the phone that took it.",
    "Ce navigateur ne lit pas les photos HEIC. Enregistrez la photo en JPEG, ou envoyez-la depuis Safari ou le téléphone qui l’a prise.",
  ],
  "problem.TOO_MANY_IMAGES": [
    "Only {count} image fits here. The others were left out.|Only {count} images fit here. The others were left out.",
    "{count} image au maximum. Les autres n’ont pas été ajoutées.|{count} images au maximum. Les autres n’ont pas été ajoutées.",
  ],
  "problem.TOO_LARGE": ["This image is too large.", "Cette image est trop grande."],
  "problem.QUOTA_EXCEEDED": ["You have reached the limit.", "Vous avez atteint la limite."],
  "problem.SLOT_UNAVAILABLE": ["This time isn’t available.", "Ce créneau n’est pas disponible."],
  "problem.SLOT_TAKEN": [
    "Someone else has just booked this time.",
    "Ce créneau vient d’être réservé par quelqu’un d’autre.",
  ],
  "problem.OVERLAP": ["You have another booking at this time.", "Vous avez une autre réservation à cette heure."],
  "problem.BOOKING_LIMIT": [
    "You’ve reached the booking limit for this day.",
    "Vous avez atteint la limite de réservations pour ce jour.",
  ],
  "problem.NOTICE_TOO_SHORT": ["It’s too late to do this.", "Il est trop tard pour faire cela."],
  "problem.WRONG_STATE": ["This is no longer possible.", "Ce n’est plus possible."],
  "problem.HAS_BOOKINGS": [
    "Existing bookings prevent this change.",
    "Des réservations existantes empêchent cette modification.",
  ],
} as const;
