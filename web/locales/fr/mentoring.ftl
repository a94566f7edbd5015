mentoring-topics = Sujets
mentoring-bookings = Mes réservations
mentoring-teaching = Mes offres
mentoring-search = Que souhaitez-vous apprendre ?

topic-new = Nouveau sujet
topic-edit = Modifier le sujet
topic-title = Titre
topic-exists = Un sujet porte déjà ce titre :
topic-description = Description
topic-image = Image de couverture
topic-create = Créer le sujet
topic-none = Aucun sujet trouvé
topic-empty = Aucun sujet pour l’instant
topic-emptyText = Un sujet est une chose à apprendre. Créez-en un, puis proposez-y des créneaux.
topic-noneText = Créez-le et enseignez-le en premier.
topic-mentors =
    { $count ->
        [one] { $count } mentor
       *[other] { $count } mentors
    }
topic-bookings =
    { $count ->
        [one] { $count } réservation
       *[other] { $count } réservations
    }
topic-archived = Archivé
topic-archive = Archiver
topic-unarchive = Désarchiver
topic-archivedInstead = Ce sujet est utilisé : il a donc été archivé.
topic-deleted = Sujet supprimé.
topic-deleteTitle = Supprimer ce sujet ?
topic-deleteText = S’il est utilisé, il sera archivé.
topic-actions = Actions sur le sujet
topic-teach = Enseigner ce sujet
topic-offers = Mentors
topic-noOffers = Aucun mentor pour l’instant
topic-noOffersText = Vous maîtrisez ce sujet ? Proposez des créneaux.
topic-by = Créé par { $name }

offer-title = { $topic } avec { $name }
offer-minutes = { $count } min
offer-seats =
    { $count ->
        [one] { $count } place
       *[other] { $count } places
    }
offer-inactive = En pause
offer-choose = Choisir un créneau
offer-zone = Fuseau horaire : { $zone }.
offer-mentorZone = Fuseau horaire du mentor : { $zone }.
offer-own = C’est votre offre. Les autres peuvent réserver les créneaux ci-dessous.
offer-closed = Cette offre n’est pas réservable pour le moment.
offer-notice = Annulation ou déplacement jusqu’à { $time } avant le début.
offer-edit = Modifier l’offre
offer-editOne = Modifier l’offre : { $topic }
offer-new = Enseigner { $topic }
offer-create = Créer l’offre
offer-saved = Offre enregistrée.
offer-delete = Supprimer l’offre
offer-deleteTitle = Supprimer cette offre ?
offer-deleteText = Elle ne pourra plus être réservée.
offer-cancelUpcoming = Annuler les réservations à venir
offer-deleted = Offre supprimée.
offer-none = Vous n’enseignez encore rien
offer-noneText = Choisissez un sujet et indiquez vos disponibilités : les autres pourront réserver.
offer-findTopic = Choisir un sujet
offer-conflicts = Ces réservations tomberaient en dehors des nouveaux horaires. Déplacez-les ou annulez-les d’abord.

form-basics = Séance
form-rules = Règles de réservation
form-description = Ce que vous proposez
form-location = Lieu
form-locationHint = Une salle ou un autre lieu.
form-sessionMinutes = Durée d’une séance
form-seats = Places
form-seatsHint = Plus d’une place : la séance est en groupe.
form-timeZone = Votre fuseau horaire
form-minimumNoticeMinutes = Délai minimal pour réserver
form-cancellationNoticeMinutes = Délai minimal pour annuler
form-horizonDays = Jours réservables à l’avance
form-bufferMinutes = Pause entre deux séances
form-maxBookingsPerStudentPerDay = Réservations par étudiant et par jour
form-isActive = Accepter les réservations
form-isActiveHint = En pause, les réservations existantes sont conservées.

hours-title = Horaires hebdomadaires
hours-text = Vos disponibilités, dans le fuseau horaire { $zone }.
hours-none = Indisponible
hours-add = Ajouter des horaires le { $day }
hours-from = { $day } : de
hours-to = { $day } : à
hours-nextDay = le lendemain
hours-until = à
hours-remove = Retirer { $day }, de { $from } à { $to }
hours-copy = Copier le lundi sur les autres jours de semaine

exceptions-title = Dates particulières
exceptions-text = Les horaires d’une date remplacent les horaires hebdomadaires de ce jour.
exceptions-add = Ajouter une date
exceptions-date = Date
exceptions-closed = Indisponible toute la journée
exceptions-remove = Retirer { $day }

windows-title = Horaires ponctuels
windows-text = À une date précise, en plus des horaires hebdomadaires.
windows-add = Ajouter des horaires

slots-alternatives = Disponible à la place
slots-current = Réservation actuelle : { $time }
slots-previous = Semaine précédente
slots-next = Semaine suivante
slots-week = Créneaux disponibles du { $from } au { $to }
slots-none = Aucun créneau disponible cette semaine.
slots-noneAtAll = Aucun créneau disponible dans les 30 prochains jours.
slots-first = Aller au prochain créneau disponible
slots-left =
    { $count ->
        [one] { $count } place restante
       *[other] { $count } places restantes
    }

booking-title = Réservation
booking-confirm = Réserver ce créneau
booking-question = De quoi souhaitez-vous parler ?
booking-book = Réserver
booking-booked = Réservation confirmée.
booking-reschedule = Déplacer
booking-rescheduleTitle = Choisir un autre créneau
booking-rescheduleTo = Déplacer au { $time }
booking-rescheduled = Réservation déplacée.
booking-cancel = Annuler la réservation
booking-cancelTitle = Annuler cette réservation ?
booking-cancelText = Le créneau redevient immédiatement disponible pour les autres.
booking-reason = Motif
booking-cancelled = Réservation annulée.
booking-keep = Conserver la réservation
booking-complete = Marquer comme terminée
booking-noShow = Signaler l’absence de { $name }
booking-calendar = Ajouter à l’agenda
booking-message = Écrire à { $name }
booking-status = Statut
booking-role = Rôle
booking-STUDENT = Comme étudiant
booking-MENTOR = Comme mentor
booking-both = Toutes
booking-none = Aucune réservation
booking-noneText = Trouvez un sujet et réservez une séance.
booking-location = Lieu
booking-mentor = Mentor
booking-student = Étudiant
booking-studentQuestion = Question
booking-bookedAt = Réservée le
booking-cancelledBy = Annulée par { $name }
booking-missedBy = Absence de { $name }

status-UPCOMING = À venir
status-REQUESTED = En attente d’accord
status-DECLINED = Refusée
status-EXPIRED = Expirée
status-COMPLETED = Terminée
status-CANCELLED = Annulée
status-NO_SHOW = Non honorée
