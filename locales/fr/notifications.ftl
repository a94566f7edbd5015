### The texts of notifications, in lists, pushes and digests. `$actor` is a name, or `some-member`.

## Who

# At the beginning of a sentence.
some-member = Un membre
some-member-within = un membre

## Bookings

news-booking-created = { $actor } a réservé une séance avec vous.
news-booking-rescheduled = { $actor } a déplacé votre séance.
news-booking-cancelled = { $actor } a annulé votre séance.
news-booking-completed = { $actor } a terminé votre séance.
news-booking-no-show = { $actor } a noté qu’un participant n’est pas venu à votre séance.
news-booking-relocated = { $actor } a changé le lieu de votre séance.
news-booking-requested = { $actor } demande une séance avec vous.
news-booking-approved = { $actor } a accepté votre séance.
news-booking-declined = { $actor } a refusé votre demande de séance.
news-booking-expired = Une demande de séance a expiré.
news-calendar-conflict = Votre agenda contient un autre événement à l’heure d’une séance.
news-seat-offered = Une place est gardée pour vous. Réservez-la avant la fin de l’offre.
news-waitlist-ended = Votre place sur une liste d’attente a pris fin.
news-reminder = { $hours ->
    [one] Votre séance commence dans { $hours } heure.
   *[other] Votre séance commence dans { $hours } heures.
}

## Texts

news-comment = { $actor } a commenté votre publication.
news-mention = { $actor } vous a mentionné.
news-reply = { $actor } vous a répondu.
# `$others`: how many users besides `$actor` have reacted.
news-reaction-to-comment = { $others ->
    [0] { $actor } a réagi à votre commentaire.
    [one] { $actor } et un autre utilisateur ont réagi à votre commentaire.
   *[other] { $actor } et { $others } autres utilisateurs ont réagi à votre commentaire.
}
news-reaction-to-message = { $others ->
    [0] { $actor } a réagi à votre message.
    [one] { $actor } et un autre utilisateur ont réagi à votre message.
   *[other] { $actor } et { $others } autres utilisateurs ont réagi à votre message.
}
news-reaction-to-post = { $others ->
    [0] { $actor } a réagi à votre publication.
    [one] { $actor } et un autre utilisateur ont réagi à votre publication.
   *[other] { $actor } et { $others } autres utilisateurs ont réagi à votre publication.
}
unread-messages = { $count ->
    [one] { $count } message non lu dans une conversation.
   *[other] { $count } messages non lus dans une conversation.
}
unread-messages-from = { $count ->
    [one] { $count } message non lu de { $author }.
   *[other] { $count } messages non lus de { $author }.
}
unread-messages-in-group = { $count ->
    [one] { $count } message non lu dans le groupe { $title }.
   *[other] { $count } messages non lus dans le groupe { $title }.
}

## Groups

news-group-owner-by = { $actor } vous a confié le groupe { $title } : vous en êtes maintenant propriétaire.
news-group-owner-by-untitled = { $actor } vous a confié un groupe : vous en êtes maintenant propriétaire.
news-group-owner = Vous êtes maintenant propriétaire du groupe { $title }.
news-group-owner-untitled = Vous êtes maintenant propriétaire d’un groupe.
news-group-added-by = { $actor } vous a ajouté au groupe { $title }.
news-group-added-by-untitled = { $actor } vous a ajouté à un groupe.
news-group-added = Vous avez été ajouté au groupe { $title }.
news-group-added-untitled = Vous avez été ajouté à un groupe.
news-group-removed-by = { $actor } vous a retiré du groupe { $title }.
news-group-removed-by-untitled = { $actor } vous a retiré d’un groupe.
news-group-removed = Vous avez été retiré du groupe { $title }.
news-group-removed-untitled = Vous avez été retiré d’un groupe.

## Moderators

news-account-locked = Les modérateurs ont verrouillé votre compte.
news-text-removed = Les modérateurs ont supprimé un de vos textes.
news-warned = Les modérateurs vous ont averti.
news-report-upheld = Les modérateurs ont donné suite à l’un de vos signalements.
news-report-dismissed = Les modérateurs ont examiné l’un de vos signalements et n’ont pris aucune mesure.

## The account

news-export-ready = L’export de vos données est prêt.
news-export-failed = L’export de vos données a échoué.
news-logged-in = Un nouvel appareil s’est connecté à votre compte.
news-password-changed = Votre mot de passe a été modifié.
news-email-changed = L’adresse e-mail de votre compte a été modifiée.
news-username-changed = Votre nom d’utilisateur a été modifié.
news-session-revoked = Un appareil a été déconnecté de votre compte.
news-token-reused = Un appareil a été déconnecté parce que son jeton a été utilisé deux fois.
news-export-requested = Un export de vos données a été demandé.
news-identity-changed = Un compte auprès d’un fournisseur d’identité a été associé ou dissocié.
