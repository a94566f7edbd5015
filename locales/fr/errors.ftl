### The messages of `userErrors`. Keep them short: what is wrong, and what to do.

## Texts and lists

must-not-be-empty = Ce champ ne doit pas être vide.
too-few-characters = { $min ->
    [one] Utilisez au moins { $min } caractère.
   *[other] Utilisez au moins { $min } caractères.
}
too-many-characters = { $max ->
    [one] Utilisez au plus { $max } caractère.
   *[other] Utilisez au plus { $max } caractères.
}
too-many-bytes = Utilisez au plus { $size }.
not-a-single-line = Écrivez sur une seule ligne.
control-character = Supprimez le caractère de contrôle { $character } à la position { $position }.
stacked-marks = { $max ->
    [one] Utilisez au plus { $max } signe au-dessus et au-dessous d’une lettre.
   *[other] Utilisez au plus { $max } signes au-dessus et au-dessous d’une lettre.
}
too-many-items = { $max ->
    [one] Indiquez au plus { $max } élément.
   *[other] Indiquez au plus { $max } éléments.
}
number-out-of-range = Indiquez un nombre de { $min } à { $max }.
not-a-multiple-of-five-minutes = Indiquez un multiple de 5 minutes.
instant-not-in-future = Choisissez un moment dans le futur.
url-malformed = L’URL doit commencer par https://, compter au plus 2 000 caractères et ne pas contenir de nom d’utilisateur, comme https://campus.example/ana.
url-of-other-site = L’URL doit mener à { $host }.
url-of-other-sites = L’URL doit mener à { $host } ou { $other }.
locale-not-spoken = Ce serveur ne propose pas cette langue. Choisissez-en une parmi : { $locales }.

## Accounts

email-missing = Indiquez une adresse e-mail.
email-invalid = Cette adresse e-mail n’est pas valide.
email-domain-not-allowed = Ce serveur n’accepte pas les adresses de ce domaine. Utilisez l’adresse que votre campus vous a donnée.
email-of-other-account = Un autre compte a cette adresse.
email-taken = Un autre compte a cette adresse e-mail.
email-taken-at-registration = Un autre compte a cette adresse e-mail. Connectez-vous ou utilisez-en une autre.
email-taken-at-provider = Un autre compte a cette adresse e-mail. Connectez-vous à ce compte, puis associez celui-ci dans les réglages.
username-letters = Utilisez des lettres et des chiffres d’une seule écriture, _ . et -, et commencez par une lettre ou un chiffre.
pseudonym-letters = Utilisez des lettres et des chiffres d’une seule écriture, et _.
username-reserved = Ce nom est réservé. Choisissez-en un autre.
username-taken = Un autre compte a ce nom ou un nom qui lui ressemble. Choisissez un autre nom.
username-taken-since = Un autre compte a pris ce nom entre-temps. Inscrivez-vous de nouveau avec un autre nom.
student-number-taken = Un autre compte a ce numéro d’étudiant. Vérifiez le numéro ou adressez-vous à l’exploitant du serveur.
password-too-short = Utilisez au moins 12 caractères. Plusieurs mots à la suite sont faciles à retenir.
password-has-own-name = Le mot de passe ne doit contenir ni votre nom d’utilisateur ni votre adresse e-mail.
password-common = Ce mot de passe est facile à deviner. Utilisez plusieurs mots sans rapport entre eux.
password-wrong = Ce mot de passe est incorrect. Saisissez votre mot de passe actuel.
password-of-registration-missing = Saisissez le mot de passe que vous avez choisi lors de l’inscription.
password-of-registration-wrong = Ce n’est pas le mot de passe de votre inscription. Saisissez celui que vous avez choisi lors de l’inscription.
password-required = Votre connexion est trop ancienne. Saisissez aussi votre mot de passe actuel ou reconnectez-vous.
password-or-session-required = Connectez-vous au compte dont l’adresse change ou saisissez son mot de passe.
passwords-disabled = Ce serveur n’utilise pas de mots de passe. Connectez-vous auprès d’un fournisseur d’identité.
already-a-member = Vous êtes déjà membre. Déconnectez-vous d’abord.
year-out-of-range = Indiquez une année entre { $min } et { $max }.
too-many-skills = { $max ->
    [one] Indiquez au plus { $max } compétence.
   *[other] Indiquez au plus { $max } compétences.
}
credentials-wrong = Le nom d’utilisateur, l’adresse e-mail ou le mot de passe est incorrect. Vérifiez-les et réessayez.
account-locked-for-a-time = Ce compte est verrouillé pour un certain temps. Réessayez à la fin du verrouillage.
account-locked = Ce compte est verrouillé. Contactez les responsables de ce serveur.
cookies-require-https = Les cookies exigent https. Utilisez le transport TOKEN.
session-ended = Cette session est terminée. Reconnectez-vous.
no-such-session = Vous n’avez pas de telle session.
link-used-or-expired = Ce lien a déjà été utilisé ou a expiré. Demandez-en un nouveau.

## Sign-in at identity providers

sign-in-elsewhere = Vous êtes en train de vous connecter ailleurs. Réessayez.
code-challenge-invalid = Le « code challenge » doit être l’empreinte SHA-256 du vérificateur en base64url.
redirect-url-not-allowed = Une connexion ne peut pas revenir à cette URL.
sign-in-finished-or-expired = Cette connexion est terminée ou a expiré. Recommencez.
identity-of-other-member = Un autre membre a associé ce compte.
too-many-identities = { $max ->
    [one] Vous pouvez associer au plus { $max } compte.
   *[other] Vous pouvez associer au plus { $max } comptes.
}
identity-not-linked = Vous n’avez pas associé ce compte.
last-identity = Vous ne pourriez plus vous connecter. Définissez un mot de passe ou associez d’abord un autre compte.
no-such-provider = Ce serveur n’a pas de tel fournisseur d’identité.

## Roles, locks and reports

lock-end-not-in-future = Le verrouillage doit se terminer dans le futur.
lock-end-without-lock = Seul un verrouillage a une fin. Ajoutez l’action LOCK ou laissez ce champ vide.
member-cannot-become-guest = Un membre ne peut pas devenir invité.
own-role = Un autre administrateur doit modifier votre rôle.
last-admin = Vous êtes le dernier administrateur. Nommez d’abord un autre administrateur.
cannot-act-on-member = Vous ne pouvez pas agir sur ce membre.
no-such-member = Ce membre n’existe pas.
not-a-moderator = Ce membre n’est pas modérateur.
report-about-yourself = Ce signalement vous concerne. Un autre modérateur doit décider.
report-resolved = Ce signalement est déjà traité.
no-such-report = Ce signalement n’existe pas.
reported-text-deleted = Le texte vient d’être supprimé. Rechargez le signalement.
action-repeated = Cette action figure deux fois. Retirez-en une.
no-text-to-remove = Il n’y a pas de texte à supprimer.
guest-cannot-be-locked = Un invité ne peut être ni averti ni verrouillé. Excluez-le du salon.
author-deleted = Le compte de l’auteur est supprimé.
cannot-report-yourself = Vous ne pouvez pas vous signaler vous-même.
too-many-reports = { $max ->
    [one] Vous avez fait { $max } signalement et ne pouvez pas en faire davantage.
   *[other] Vous avez fait { $max } signalements et ne pouvez pas en faire davantage.
}
reported-object-missing = Ce message, cette publication, ce commentaire ou cet utilisateur n’existe pas.

## Members, settings and notifications

no-such-user = Cet utilisateur n’existe pas.
user-missing = Cet utilisateur n’existe pas.
own-account = C’est votre propre compte. Choisissez un autre utilisateur.
too-many-blocks = { $max ->
    [one] Vous bloquez déjà { $max } utilisateur, le maximum. Débloquez d’abord un utilisateur.
   *[other] Vous bloquez déjà { $max } utilisateurs, le maximum. Débloquez d’abord un utilisateur.
}
guest-missing = Cet invité n’existe pas ou est parti.
pseudonym-missing = Choisissez un pseudonyme ou connectez-vous.
quiet-hours-empty = L’heure de fin des heures calmes doit être différente de l’heure de début.
kind-repeated = Indiquez chaque type une seule fois.
security-mail-required = Les e-mails concernant la sécurité du compte ne peuvent pas être désactivés.
unsubscribe-link-invalid = Ce lien n’est pas valide. Modifiez plutôt vos réglages.
too-many-notifications = { $max ->
    [one] Marquez au plus { $max } notification à la fois.
   *[other] Marquez au plus { $max } notifications à la fois.
}
no-such-notification = Vous n’avez pas de telle notification.
push-disabled = Les alertes ne sont pas disponibles sur ce serveur.
push-secret-invalid = Le secret doit compter 16 octets en base64url.
push-endpoint-invalid = L’adresse du service doit être une URL https avec un hôte public.
push-key-invalid = La clé doit être un point P-256 non compressé en base64url.
export-too-soon = Vous avez demandé un export au cours des dernières 24 heures. Téléchargez celui-ci ou patientez.

## Images and files

image-file-too-large = Le fichier dépasse { $size }. Réduisez l’image.
image-too-large = L’image dépasse 50 mégapixels, 32 768 pixels de côté ou 100 images d’animation. Réduisez-la.
image-heic = Les photos HEIC ne peuvent pas être lues. Réglez l’appareil photo sur le format le plus compatible ou exportez la photo en JPEG.
image-avif = Les images AVIF ne peuvent pas être lues. Exportez l’image en JPEG ou PNG.
image-invalid = Le fichier n’est pas une image JPEG, PNG, WebP ou GIF valide. Choisissez un autre fichier.
image-repeated = Cette image figure deux fois. Retirez-en une.
image-in-use = Cette image est utilisée. Retirez-la de votre profil ou supprimez ce qui la montre, puis réessayez.
no-such-image = Vous n’avez pas d’image avec cet identifiant. Envoyez-la de nouveau.
too-many-images = { $max ->
    [one] Joignez au plus { $max } image.
   *[other] Joignez au plus { $max } images.
}
quota-exceeded = Votre espace de stockage est plein. Supprimez des images dont vous n’avez plus besoin, ou des publications et des messages avec images ou fichiers.
file-too-large = Le fichier dépasse { $size }. Partagez-en un plus petit.
file-type-unsupported = Seuls les PDF, les textes en UTF-8, les documents Office et OpenDocument et les archives ZIP peuvent être partagés. Choisissez un autre fichier.
file-is-image = C’est une image. Joignez-la comme image.
file-empty = Le fichier est vide. Choisissez-en un autre.
file-damaged = L’archive ou le document est endommagé. Enregistrez-le ou exportez-le de nouveau.
file-encrypted = L’archive est chiffrée. Partagez-la sans mot de passe.
file-has-macros = Le document contient des macros. Enregistrez-le sans macros.
file-has-too-many-entries = L’archive contient plus de 10 000 entrées. Partagez-en une plus petite.
file-repeated = Ce fichier figure deux fois. Retirez-en un.
no-such-file = Vous n’avez pas de fichier avec cet identifiant. Envoyez-le de nouveau.
too-many-files = { $max ->
    [one] Joignez au plus { $max } fichier.
   *[other] Joignez au plus { $max } fichiers.
}

## Posts, comments and reactions

post-missing = Cette publication n’existe pas ou a été supprimée.
post-of-other = Vous ne pouvez modifier que vos propres publications.
post-key-reused = Cette clé a servi à une autre publication. Utilisez une nouvelle clé.
post-key-deleted = La publication avec cette clé a été supprimée. Utilisez une nouvelle clé.
comment-missing = Ce commentaire n’existe pas ou a été supprimé.
comment-missing-below-post = Ce commentaire n’existe pas sous la publication ou a été supprimé.
comment-of-other = Vous ne pouvez modifier que vos propres commentaires.
comment-key-reused = Cette clé a servi à un autre commentaire. Utilisez une nouvelle clé.
comment-key-deleted = Le commentaire avec cette clé a été supprimé. Utilisez une nouvelle clé.
too-many-comments = Cette publication a atteint le nombre maximal de commentaires.
not-one-emoji = Choisissez un seul emoji.
too-many-reactions = { $max ->
    [one] Il y a déjà { $max } réaction différente, le maximum. Choisissez-la.
   *[other] Il y a déjà { $max } réactions différentes, le maximum. Choisissez l’une d’elles.
}
reaction-subject-missing = Ce contenu n’existe pas ou a été supprimé.
message-deleted = Ce message a été supprimé.

## Conversations

conversation-missing = Cette conversation n’existe pas ou vous n’en êtes pas membre.
conversation-or-user = Indiquez soit conversationId, soit userId, mais pas les deux.
conversation-without-others = Choisissez au moins un autre utilisateur.
conversation-too-large = { $max ->
    [one] Une conversation peut compter { $max } membre, y compris vous. Choisissez moins d’utilisateurs.
   *[other] Une conversation peut compter { $max } membres, y compris vous. Choisissez moins d’utilisateurs.
}
conversation-of-two = Vous ne pouvez pas quitter une conversation à deux, seulement les groupes.
conversation-without-owner = Cette conversation n’a pas de propriétaire et ses membres ne changent pas. Créez plutôt un groupe.
recipient-unavailable = Vous ne pouvez pas écrire à cet utilisateur.
message-to-yourself = Vous ne pouvez pas vous envoyer de message à vous-même.
message-missing = Ce message n’existe pas ou a été supprimé.
message-missing-in-conversation = Ce message n’existe pas dans cette conversation.
message-of-other = Vous ne pouvez modifier que vos propres messages.
message-key-reused = Cette clé a servi à un autre message. Utilisez une nouvelle clé.
message-key-deleted = Le message avec cette clé a été supprimé. Utilisez une nouvelle clé.
message-too-old = Un message peut être modifié pendant 24 heures. Vous pouvez le supprimer ou en envoyer un nouveau.
replied-message-missing = Le message auquel répondre n’existe pas dans cette conversation.
group-too-large = { $max ->
    [one] Un groupe peut compter { $max } membre. Retirez d’abord un membre.
   *[other] Un groupe peut compter { $max } membres. Retirez d’abord un membre.
}
group-of-other-owner = Seul le propriétaire du groupe peut faire cela.
group-key-reused = Cette clé a servi à un autre groupe. Utilisez une nouvelle clé.
group-key-deleted = Le groupe avec cette clé a été supprimé ou vous n’en êtes plus membre. Utilisez une nouvelle clé.
cannot-remove-yourself = Vous ne pouvez pas vous retirer vous-même. Quittez plutôt le groupe.

## Topics and appointments

no-such-topic = Ce sujet n’existe pas.
topic-of-other = Seuls le créateur d’un sujet et les modérateurs peuvent le modifier.
topic-archived = Ce sujet est archivé. Choisissez-en un autre.
topic-in-use = Un mentor vient de créer un rendez-vous pour ce sujet. Réessayez de l’archiver.
topic-key-reused = Cette clé a servi à un autre sujet. Utilisez une nouvelle clé.
topic-key-deleted = Le sujet avec cette clé a été supprimé. Utilisez une nouvelle clé.
no-such-appointment = Ce rendez-vous n’existe pas.
appointment-of-other = C’est le rendez-vous d’un autre mentor. Vous ne pouvez modifier que les vôtres.
appointment-of-own = C’est votre propre rendez-vous. Réservez celui d’un autre mentor.
appointment-for-topic-exists = Vous avez déjà un rendez-vous pour ce sujet. Modifiez-le plutôt.
appointment-key-reused = Cette clé a servi à un autre rendez-vous. Utilisez une nouvelle clé.
appointment-key-deleted = Le rendez-vous avec cette clé a été supprimé. Utilisez une nouvelle clé.
too-many-appointments = Vous avez le nombre maximal de rendez-vous. Supprimez-en un d’abord.
exception-repeated = Il y a déjà une exception pour ce jour. Choisissez un autre jour.
window-empty = La plage doit se terminer après son début.
window-over = Cette plage est déjà terminée. Choisissez-en une plus tardive.
window-overlaps = Cette plage en chevauche une précédente de la liste. Fusionnez les deux.
hours-empty = L’heure de fin doit être différente de l’heure de début. Pour une journée entière, indiquez 00:00 et 24:00.
hours-overlap = Ces heures en chevauchent de précédentes dans la liste. Fusionnez les deux.
too-many-questions = { $max ->
    [one] Posez au plus { $max } question.
   *[other] Posez au plus { $max } questions.
}
question-repeated = Il y a déjà une question avec ce texte.
question-without-choices = Une question à réponse libre n’a pas de choix.
choices-missing = Indiquez au moins un choix.
too-many-choices = { $max ->
    [one] Indiquez au plus { $max } choix.
   *[other] Indiquez au plus { $max } choix.
}
choice-repeated = Ce choix existe déjà.
too-many-answers = { $max ->
    [one] Donnez au plus { $max } réponse.
   *[other] Donnez au plus { $max } réponses.
}
question-unknown = Le mentor ne pose plus cette question. Rechargez les questions.
answer-repeated = Répondez une seule fois à chaque question.
answer-missing = Veuillez répondre à la question « { $question } ».
question-unanswered = Cette question exige une réponse.
several-answers = Donnez une seule réponse.
choice-unknown = « { $choice } » ne fait pas partie des choix. Rechargez les questions.
chosen-twice = Sélectionnez chaque choix une seule fois.

## Bookings

no-such-booking = Cette réservation n’existe pas.
booking-key-reused = Cette clé a servi à une autre réservation. Choisissez-en une nouvelle.
booking-wrong-state = L’état de la réservation ne le permet pas : elle est annulée ou terminée, ou n’a pas encore commencé.
booking-status-changed = L’état de cette réservation vient de changer. Rechargez-la.
booking-not-reschedulable = Cette réservation ne peut plus être déplacée. Annulez-la et réservez un autre créneau.
booking-over = Cette réservation est terminée et ne peut plus être déplacée.
booking-is-request = C’est une demande. Acceptez-la ou refusez-la.
booking-no-request = Ce n’est plus une demande : elle a été acceptée, refusée ou annulée, ou a expiré.
booking-too-late = Il est trop tard pour modifier cette réservation. Écrivez plutôt à votre mentor.
booking-limit = Vous ne pouvez plus réserver ce rendez-vous ce jour-là.
booking-overlap = Vous avez une autre réservation à cette heure. Choisissez un autre créneau.
slot-unavailable = Aucun créneau ne commence à cette heure. Choisissez l’un des créneaux proposés.
slot-taken = Ce créneau n’est plus disponible. Choisissez-en un autre.
user-not-in-booking = Cet utilisateur ne participe pas à la réservation. Choisissez son mentor ou son étudiant.
only-mentor-completes = Seul le mentor peut terminer une réservation avant sa fin. Elle se termine automatiquement à l’heure prévue.
only-mentor-relocates = Seul le mentor peut changer le lieu d’une séance.
only-mentor-approves = Seul le mentor peut accepter ou refuser une demande.
bookings-would-move = Des réservations à venir perdraient leur heure ou leur place. Déplacez-les ou annulez-les d’abord.
bookings-upcoming = Il y a des réservations à venir. Annulez-les d’abord ou supprimez avec `cancelUpcoming`.
time-off-empty = L’absence doit se terminer après son début.
time-off-too-long = L’absence doit se terminer au plus tard 366 jours après son début.
time-off-over = L’absence doit se terminer dans le futur.
time-off-has-bookings = Il y a des réservations à ce moment. Annulez-les d’abord ou créez l’absence avec `cancelUpcoming`.
time-off-key-reused = Cette clé a servi à une autre absence. Utilisez une nouvelle clé.
time-off-key-deleted = L’absence avec cette clé a été supprimée. Utilisez une nouvelle clé.
too-many-times-off = Vous avez le nombre maximal d’absences. Supprimez-en une d’abord.
no-such-time-off = Vous n’avez pas de telle absence.

## Invitations and registrations that need approval

invitations-not-permitted = Votre rôle ne permet pas de créer des invitations sur ce serveur.
invitation-expires-late = L’invitation doit expirer dans les 90 jours.
invitation-expired-already = L’invitation doit expirer dans le futur.
too-many-invitations = Vous avez le nombre maximal d’invitations. Révoquez-en une d’abord ou attendez que l’une d’elles expire.
invitation-admits-one = Une invitation destinée à une adresse vaut pour un seul compte.
key-of-other-invitation = Cette clé a servi à une autre invitation. Utilisez une nouvelle clé.
no-such-invitation = Cette invitation n’existe pas.
invitation-required = Ce serveur exige une invitation. Ouvrez le lien de votre invitation pour vous inscrire.
invitation-unusable = Cette invitation est épuisée, expirée ou révoquée, ou destinée à une autre adresse e-mail. Demandez-en une nouvelle.
registration-name-taken = Un autre compte a pris ce nom ou cette adresse entre-temps. Refusez l’inscription.
no-such-registration = Cette inscription n’existe pas : elle a déjà été traitée ou a expiré.
registration-waits = Votre inscription attend l’approbation d’un modérateur. Vous recevrez un e-mail après sa décision.

## Waitlists and calendars of mentors

waitlist-of-own-appointment = C’est votre propre rendez-vous. Choisissez celui d’un autre mentor.
seat-is-free = Une place est libre à cette heure. Réservez-la.
too-many-waitlists = Vous êtes déjà sur le nombre maximal de listes d’attente. Quittez-en une d’abord.
not-in-waitlist = Vous n’êtes pas sur cette liste d’attente.
no-such-calendar = Vous n’avez pas de tel agenda.
too-many-calendars = Vous avez le nombre maximal d’agendas. Retirez-en un d’abord.
calendar-unreachable = L’agenda n’a pas répondu à temps.
calendar-not-public = L’agenda ne se trouve pas à une adresse publique.
calendar-refused = L’agenda n’existe pas ou ne peut pas être lu.
calendar-too-large = L’agenda dépasse 5 MiB.
calendar-malformed = L’adresse ne contient pas de données iCalendar.
calendar-too-complex = L’agenda a trop de récurrences.
