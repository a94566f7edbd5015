mentoring-waitlists = Listes d’attente

waitlist-slot = complet, rejoindre la liste d’attente
waitlist-place = complet, vous êtes au rang { $position } de la liste d’attente
waitlist-held = réservé pour vous
waitlist-dayFull = Tous les créneaux sont complets
waitlist-join = Rejoindre la liste d’attente
waitlist-text = Si une place se libère, elle vous est gardée pendant une heure au plus. Vous recevez une notification et un e-mail.
waitlist-noOne = Personne n’attend encore.
waitlist-count =
    { $count ->
        [one] { $count } personne attend.
       *[other] { $count } personnes attendent.
    }
waitlist-joined = Vous êtes sur la liste d’attente
waitlist-free = Une place est de nouveau libre. Réservez-la maintenant.
waitlist-leave = Quitter la liste d’attente
waitlist-leaveOne = Quitter la liste d’attente : { $topic }, { $time }
waitlist-left = Vous avez quitté la liste d’attente.
waitlist-position = Vous êtes au rang { $position } de la liste d’attente.
waitlist-heldUntil = Une place est gardée pour vous jusqu’au { $time }.
waitlist-book = Réserver maintenant
waitlist-bookOne = Réserver maintenant : { $topic }, { $time }
waitlist-none = Vous n’êtes sur aucune liste d’attente
waitlist-noneText = Si un créneau est complet, choisissez-le pour rejoindre sa liste d’attente.
