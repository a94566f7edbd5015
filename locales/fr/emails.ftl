### Emails. A subject has no names.

## Parts

letter-greeting = Bonjour { $name },
letter-greeting-nameless = Bonjour,
# A line that ends with a colon: what follows is a link, a code or a value.
letter-label = { $label } :
letter-code = Ou saisissez ce code
letter-unsubscribe = Ne plus recevoir d’e-mails de ce type
mails-turned-off = Vous ne recevrez plus d’e-mails de ce type.
letter-if-not-you = Si c’était vous, vous n’avez rien à faire. Sinon, demandez dès maintenant un nouveau mot de passe. Cela déconnecte toutes les personnes qui utilisent votre compte.
fact-before = Avant
fact-device = Appareil
fact-held-until = Réservée jusqu’au
fact-location = Lieu
fact-meeting = Réunion en ligne
fact-message = Message des modérateurs
fact-question = Question
fact-reason = Motif
former-member = Un ancien membre

## Registration and email addresses

confirm-email-subject = Veuillez confirmer votre adresse e-mail
confirm-email = Bienvenue sur Studyhall ! Veuillez confirmer que cette adresse e-mail est la vôtre.
confirm-email-action = Confirmer votre adresse e-mail
confirm-email-advice = Le lien est valable 24 heures. Vous pouvez en demander un nouveau dans vos réglages. Si vous ne vous êtes pas inscrit, quelqu’un a probablement mal saisi son adresse, et vous pouvez ignorer cet e-mail.
confirm-registration-subject = Veuillez confirmer votre inscription
confirm-registration = Bienvenue sur Studyhall ! Veuillez confirmer que cette adresse e-mail est la vôtre. Le mot de passe que vous avez choisi vous sera demandé. Vous pourrez ensuite vous connecter.
confirm-registration-from = Bienvenue sur Studyhall ! Veuillez confirmer que cette adresse e-mail est la vôtre. Le mot de passe que vous avez choisi vous sera demandé. Vous pourrez ensuite vous connecter. Cette inscription a été faite avec « { $device } » le { $at } (UTC).
confirm-registration-for-approval = Bienvenue sur Studyhall ! Veuillez confirmer que cette adresse e-mail est la vôtre. Le mot de passe que vous avez choisi vous sera demandé. Un modérateur décidera ensuite de votre inscription, et vous recevrez un autre e-mail.
confirm-registration-for-approval-from = Bienvenue sur Studyhall ! Veuillez confirmer que cette adresse e-mail est la vôtre. Le mot de passe que vous avez choisi vous sera demandé. Un modérateur décidera ensuite de votre inscription, et vous recevrez un autre e-mail. Cette inscription a été faite avec « { $device } » le { $at } (UTC).
confirm-registration-action = Confirmer votre inscription
confirm-registration-advice = Le lien est valable 24 heures. Si vous ne vous êtes pas inscrit, vous pouvez ignorer cet e-mail : aucun compte n’est créé sans le lien et le mot de passe.
already-registered-subject = Vous avez déjà un compte
already-registered = Quelqu’un a essayé de s’inscrire sur Studyhall avec cette adresse e-mail. Vous avez déjà un compte avec elle ; rien n’a donc été modifié.
already-registered-advice = Si c’était vous, connectez-vous ou demandez un nouveau mot de passe si vous avez oublié le vôtre. Sinon, vous pouvez ignorer cet e-mail.
confirm-new-email-subject = Veuillez confirmer votre nouvelle adresse e-mail
confirm-new-email = Vous avez demandé à utiliser cette adresse e-mail pour votre compte. La modification prend effet lorsque vous la confirmez.
confirm-new-email-action = Confirmer votre nouvelle adresse e-mail
confirm-new-email-advice = Le lien est valable 1 heure. Si vous n’avez rien demandé, vous pouvez ignorer cet e-mail : l’adresse ne sera pas utilisée.
address-in-use-subject = Votre adresse e-mail est déjà utilisée
address-in-use = Quelqu’un a demandé à utiliser cette adresse e-mail pour un autre compte. Elle appartient déjà à votre compte ; rien n’a donc été modifié.
address-in-use-advice = Si c’était vous, utilisez le compte qui a cette adresse ou choisissez une autre adresse pour l’autre compte. Sinon, vous pouvez ignorer cet e-mail.
email-changed-subject = Votre adresse e-mail a été modifiée
email-changed = Votre compte utilise maintenant l’adresse e-mail { $address } à la place de celle-ci.
email-changed-action = Annuler la modification
email-changed-advice = Si c’était vous, vous n’avez rien à faire. Sinon, annulez la modification. Le lien est valable 7 jours. Il rétablit cette adresse et déconnecte tous les appareils. Demandez ensuite un nouveau mot de passe.

## Invitations, registrations that need approval, the queues of moderators

invited-subject = Invitation à rejoindre Studyhall
invited = { $inviter } vous invite à vous inscrire sur Studyhall avec cette adresse e-mail. L’invitation est valable jusqu’au { $end } (UTC).
invited-action = S’inscrire
invited-advice = Le lien ne peut servir qu’une fois et seulement pour cette adresse. Si vous ne connaissez pas ce membre ou ne souhaitez pas vous inscrire, vous pouvez ignorer cet e-mail : aucun compte n’est créé sans le lien.
registration-waiting-subject = Votre inscription attend une approbation
registration-waiting = Quelqu’un a essayé de s’inscrire sur Studyhall avec cette adresse e-mail. Votre inscription avec elle attend l’approbation d’un modérateur ; rien n’a donc été modifié.
registration-waiting-advice = Vous recevrez un e-mail lorsqu’un modérateur aura décidé. Si ce n’était pas vous, vous pouvez ignorer cet e-mail.
registration-approved-subject = Votre inscription a été approuvée
registration-approved = Un modérateur a approuvé votre inscription sur Studyhall. Vous pouvez maintenant vous connecter.
registration-approved-action = Se connecter
registration-approved-advice = Votre nom d’utilisateur figure dans la formule de salutation ci-dessus.
registration-declined-subject = Votre inscription a été refusée
registration-declined = Votre inscription sur Studyhall a été refusée. Toutes les données de l’inscription ont été supprimées.
registration-declined-advice = Si vous pensez qu’il s’agit d’une erreur, contactez les responsables de ce serveur.
queues-subject = Des signalements ou des inscriptions attendent
queues = En attente d’un modérateur : { $reports }, { $registrations }.
queues-reports = { $count ->
    [one] { $count } signalement
   *[other] { $count } signalements
}
queues-registrations = { $count ->
    [one] { $count } inscription
   *[other] { $count } inscriptions
}
queues-action = Ouvrir la page de modération
queues-advice = Vous recevez cet e-mail une fois par jour tant que quelque chose est en attente.

## The account

reset-password-subject = Choisissez un nouveau mot de passe
reset-password = Nous avons reçu une demande de nouveau mot de passe pour votre compte.
reset-password-advice = Le lien est valable 30 minutes et ne peut servir qu’une fois. Si vous n’avez rien demandé, vous pouvez ignorer cet e-mail : votre mot de passe reste le même.
password-changed-subject = Votre mot de passe a été modifié
password-changed = Le mot de passe de votre compte a été modifié et vos autres appareils ont été déconnectés.
username-changed-subject = Votre nom d’utilisateur a été modifié
username-changed = Votre nom d’utilisateur a été modifié. Le nouveau figure dans la formule de salutation ci-dessus.
token-reused-subject = Un appareil a été déconnecté
token-reused = Un jeton de connexion de l’un de vos appareils a été utilisé deux fois. Il est possible que quelqu’un l’ait copié ; nous avons donc déconnecté cet appareil.
token-reused-advice = Veuillez vous reconnecter. Si vous ne savez pas comment cela a pu arriver, demandez un nouveau mot de passe. Cela déconnecte toutes les personnes qui utilisent votre compte.
account-deleted-subject = Votre compte a été supprimé
account-deleted = Votre compte a été supprimé. Merci d’avoir fait partie de Studyhall. Voici ce que sont devenues vos données :
account-deleted-advice = Si ce n’était pas vous, contactez les responsables de ce serveur.
account-locked-subject = Votre compte a été verrouillé
account-locked-mail = Les modérateurs de ce serveur ont verrouillé votre compte. Tous les appareils ont été déconnectés.
account-locked-until-mail = Les modérateurs de ce serveur ont verrouillé votre compte jusqu’au { $end } ({ $zone }). Tous les appareils ont été déconnectés.
account-locked-advice = Si vous pensez qu’il s’agit d’une erreur, contactez les responsables de ce serveur.

## Notices about the account, exports and decisions. The sentences are those of the notifications.

notice-signed-in-subject = Nouvelle connexion à votre compte
notice-identity-changed-subject = Vos moyens de connexion ont été modifiés
notice-export-requested-subject = Un export de vos données a été demandé
notice-export-ready-subject = L’export de vos données est prêt
notice-export-ready-advice = Vous pouvez le télécharger dans vos réglages pendant 7 jours.
notice-export-failed-subject = L’export de vos données a échoué
notice-export-failed-advice = Veuillez demander un nouvel export dans vos réglages.
notice-warned-subject = Les modérateurs vous ont averti
notice-text-removed-subject = Un de vos textes a été supprimé
notice-report-subject = Votre signalement a été examiné

## What was deleted with an account

receipt-deleted = { $count ->
    [one] { $count } élément supprimé
   *[other] { $count } éléments supprimés
}
receipt-anonymised = { $count ->
    [one] { $count } élément anonymisé
   *[other] { $count } éléments anonymisés
}
receipt-kept = { $count ->
    [one] { $count } élément conservé
   *[other] { $count } éléments conservés
}
receipt-line = { $counts }. { $reason }
data-appointments = Rendez-vous
data-bookings = Réservations
data-comments = Commentaires
data-files = Fichiers
data-images = Images
data-invitations = Invitations
data-messages = Messages
data-posts = Publications
data-profile = Profil
data-reactions = Réactions
data-reports = Signalements
data-sessions = Sessions
data-times-off = Absences
data-topics = Sujets
data-waitlist-entries = Listes d’attente

## Bookings. `$at` is the day, the time and the time zone.

booking-created-subject = Une séance avec vous a été réservée
booking-created = { $other } a réservé une séance avec vous sur « { $topic } » le { $at }.
booking-booked-subject = Vous avez réservé une séance
booking-booked = Vous avez réservé une séance avec { $other } sur « { $topic } » le { $at }.
booking-rescheduled-subject = Votre séance a été déplacée
booking-rescheduled = { $other } a déplacé votre séance sur « { $topic } ». Elle a maintenant lieu le { $at }.
booking-requested-subject = Une séance avec vous a été demandée
booking-requested = { $other } demande une séance avec vous sur « { $topic } » le { $at }.
booking-requesting-subject = Vous avez demandé une séance
booking-requesting = Vous avez demandé une séance à { $other } sur « { $topic } » le { $at }.
booking-approved-subject = Votre séance a été acceptée
booking-approved = { $other } a accepté votre séance sur « { $topic } » le { $at }.
booking-declined-subject = Votre demande de séance a été refusée
booking-declined = { $other } a refusé votre demande de séance sur « { $topic } » le { $at }.
booking-expired-subject = Une demande de séance a expiré
booking-expired = La demande de séance avec { $other } sur « { $topic } » le { $at } a expiré.
booking-relocated-subject = Votre séance a lieu ailleurs
booking-relocated = { $other } a changé le lieu de votre séance sur « { $topic } » le { $at }. Voir ci-dessous.
booking-cancelled-subject = Votre séance a été annulée
booking-cancelled = { $other } a annulé votre séance sur « { $topic } » le { $at }.
booking-completed-subject = Votre séance est terminée
booking-completed = { $other } a terminé votre séance sur « { $topic } » le { $at }.
booking-no-show-subject = Une absence a été notée
booking-no-show = { $other } a noté votre absence à la séance sur « { $topic } » le { $at }.
booking-other-no-show = { $other } a noté sa propre absence à votre séance sur « { $topic } » le { $at }.
booking-reminder-subject = Votre séance commence bientôt
booking-reminder = Votre séance avec { $other } sur « { $topic } » a lieu le { $at }.
booking-conflict-subject = Une séance est en conflit avec votre agenda
booking-conflict = Votre agenda contient un événement à l’heure de votre séance avec { $other } sur « { $topic } » le { $at }.
booking-seat-offered-subject = Une place est gardée pour vous
booking-seat-offered = Une place dans la séance avec { $other } sur « { $topic } » le { $at } est gardée pour vous.
booking-waitlist-ended-subject = Votre place sur une liste d’attente a pris fin
booking-waitlist-ended = Votre place sur la liste d’attente d’une séance avec { $other } sur « { $topic } » le { $at } a pris fin.
booking-open = Ouvrir la réservation
booking-waitlists-open = Ouvrir vos listes d’attente
advice-requested = Veuillez accepter ou refuser la demande. Sinon, elle expire.
advice-requesting = La séance a lieu si votre mentor l’accepte.
advice-bookable-again = Vous n’avez rien à faire. Ce créneau peut de nouveau être réservé.
advice-cancel-early = En cas d’empêchement, annulez la séance le plus tôt possible.
advice-nothing = Vous n’avez rien à faire.
advice-no-show = Si ce n’est pas exact, écrivez à l’autre participant.
advice-seat-offered = Veuillez réserver la séance rapidement : la place est gardée une heure au plus. Ensuite, elle revient à l’étudiant suivant.

## Digests

digest-subject = Vous avez des messages et des notifications non lus
digest = Vous n’avez pas lu ceci :
digest-with-more = Vous n’avez pas lu ceci, entre autres :
digest-open = Ouvrir vos notifications
digest-advice = Dans vos réglages, vous pouvez choisir pour quoi et à quelle fréquence vous recevez des e-mails.
digest-comment = Commentaire
digest-group = Groupe
digest-mention = Mention
digest-messages = Messages
digest-reaction = Réaction
digest-reply = Réponse
digest-other = Notification
