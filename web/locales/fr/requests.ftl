mentoring-timeOff = Absences

answer-none = Sans réponse

booking-request = Envoyer la demande
booking-requestThis = Demander ce créneau
booking-requestHint = Le mentor accepte ou refuse chaque réservation. Le créneau vous est réservé en attendant.
booking-requested = Demande envoyée.
booking-declineReason = Motif du mentor
booking-join = Rejoindre la réunion en ligne
booking-anyStatus = Toutes
booking-from = Du
booking-until = Au
booking-topic = Un sujet
booking-limits = Filtres
booking-allWith = Toutes les réservations avec { $name }
booking-allOf = Toutes les réservations : { $topic }

request-waits = En attente de l’accord du mentor jusqu’au { $time }. Le créneau vous est réservé.
request-decide = Cette demande attend votre accord jusqu’au { $time }. Ensuite, elle expire.
request-expired = Le mentor n’a pas répondu à temps. Vous pouvez choisir un autre créneau.
request-until = En attente jusqu’au { $time }
request-count =
    { $count ->
        [one] { $count } demande attend votre accord
       *[other] { $count } demandes attendent votre accord
    }
request-approve = Accepter
request-approveOne = Accepter : { $topic } avec { $name }, { $time }
request-approved = Réservation acceptée.
request-decline = Refuser
request-declineOne = Refuser : { $topic } avec { $name }, { $time }
request-declineTitle = Refuser cette demande ?
request-declineText = Le créneau redevient disponible. L’étudiant en est informé, avec votre motif si vous en donnez un.
request-declined = Demande refusée.

place-title = Modifier le lieu
place-text = La modification vaut pour tous les participants de la séance. Ils en sont informés.
place-changed = Lieu modifié.

offer-approval = Sur accord

form-meetingUrl = Réunion en ligne
form-meetingUrlHint = Un lien visible de vous et des étudiants qui ont réservé, uniquement.
form-isApprovalRequired = Soumettre chaque réservation à mon accord
form-isApprovalRequiredHint = Vous avez 24 heures pour répondre. Les réservations existantes sont conservées.

question-title = Questions aux étudiants
question-text = Les étudiants y répondent en réservant. 10 au maximum.
question-number = Question { $number }
question-label = Question
question-kind = Réponse
question-TEXT = Texte
question-CHOICE = Un choix
question-CHOICES = Plusieurs choix
question-choices = Choix
question-choicesHint = Un par ligne, 20 au maximum.
question-required = Réponse obligatoire
question-add = Ajouter une question
question-remove = Retirer la question { $number }
question-up = Monter la question { $number }
question-down = Descendre la question { $number }

slots-view = Vue
slots-byWeek = Semaine
slots-byMonth = Mois
slots-previousMonth = Mois précédent
slots-nextMonth = Mois suivant
slots-noneOnDay = Aucun créneau disponible
slots-count =
    { $count ->
        [one] { $count } créneau disponible
       *[other] { $count } créneaux disponibles
    }
slots-day = Créneaux disponibles : { $day }
slots-weekKeys = Les flèches passent d’un créneau à l’autre, les touches Page d’une semaine à l’autre.
slots-monthKeys = Les flèches passent d’un jour à l’autre, les touches Page d’un mois à l’autre.

timeOff-add = Ajouter une absence
timeOff-text = Aucune de vos offres n’est réservable pendant cette période. Vous pouvez réserver comme étudiant. Fuseau horaire : { $zone }.
timeOff-wholeDays = Journées entières
timeOff-firstDay = Premier jour
timeOff-lastDay = Dernier jour
timeOff-start = Début
timeOff-end = Fin
timeOff-note = Note
timeOff-noteHint = Visible de vous uniquement.
timeOff-none = Aucune absence prévue
timeOff-noneText = Vacances, examens, après-midi libre : ajoutez-les ici une fois pour toutes vos offres.
timeOff-added = Absence ajoutée.
timeOff-addedAndCancelled =
    { $count ->
        [one] Absence ajoutée. { $count } réservation a été annulée.
       *[other] Absence ajoutée. { $count } réservations ont été annulées.
    }
timeOff-remove = Retirer l’absence : { $range }
timeOff-removed = Absence retirée.
timeOff-conflicts =
    { $count ->
        [one] { $count } réservation ou demande tombe dans cette période. Annulez-la, ou déplacez-la d’abord.
       *[other] { $count } réservations ou demandes tombent dans cette période. Annulez-les, ou déplacez-les d’abord.
    }
timeOff-addAndCancel =
    { $count ->
        [one] Ajouter l’absence et annuler { $count } réservation
       *[other] Ajouter l’absence et annuler { $count } réservations
    }
timeOff-keep = Conserver les réservations

summary-title = Vos séances de mentorat
summary-period = Période
summary-all = Tout
summary-month = 30 jours
summary-year = 12 mois
summary-completedCount = terminées
summary-studentCount = étudiants
summary-cancelledCount = annulées
summary-noShowCount = non honorées
summary-next = Prochaine séance

mentor-title = Apprendre avec { $name }
mentor-open = Votre page
mentor-share = Partager votre page
mentor-own = Voici la page que vous pouvez partager : vos sujets et vos créneaux libres. Les autres y choisissent un créneau.
mentor-none = Aucune offre pour le moment
mentor-invitation = Réserver une séance avec { $name }
mentor-invitationText = Inscrivez-vous ou connectez-vous pour voir les sujets et les créneaux libres, dans votre fuseau horaire. Vous reviendrez sur cette page.
mentor-signUp = S’inscrire pour réserver
mentor-chosen = Réserver : { $topic }
mentor-chosenText = Inscrivez-vous ou connectez-vous pour réserver ce créneau. Vous y reviendrez ensuite.
mentor-public = Montrer ma page de mentor à tout le monde
mentor-publicHint = Les personnes non connectées voient votre nom, votre photo, votre texte, vos sujets et vos créneaux libres.

topic-order = Ordre
topic-byTime = Plus récents
topic-byTitle = De A à Z
topic-onlyArchived = Archivés
