account-username = Nom d’utilisateur
account-usernameHint = De 3 à 30 lettres, chiffres, points, traits d’union ou tirets bas.
account-usernameAvailable = Ce nom d’utilisateur est disponible.
account-usernameUnavailable = Ce nom d’utilisateur n’est pas disponible.
account-email = E-mail
account-newEmail = Nouvel e-mail
account-password = Mot de passe
account-currentPassword = Mot de passe actuel
account-newPassword = Nouveau mot de passe
account-passwordHint = Au moins 12 caractères. Une phrase de plusieurs mots convient très bien.
account-passwordText = Modifier votre mot de passe ferme toutes vos autres sessions.
account-changeUsername = Modifier le nom d’utilisateur
account-changeEmail = Modifier l’e-mail
account-changePassword = Modifier le mot de passe
account-setPassword = Définir le mot de passe
account-passwordChanged = Mot de passe modifié. Vos autres sessions ont été fermées.
account-emailMailed = Nous avons envoyé un lien de confirmation à { $email }. Votre adresse changera une fois confirmée.
account-delete = Supprimer le compte
account-deleteText = Votre profil, vos publications, vos images, vos sessions et vos réservations à venir sont supprimés immédiatement. Vos destinataires conservent vos messages, sans votre nom.
account-deleteTitle = Supprimer votre compte ?
account-deleteForGood = Supprimer définitivement
account-deleted = Votre compte a été supprimé.

logIn-title = Bon retour parmi nous
logIn-needed = Connectez-vous pour voir cette page.
logIn-ended = Votre session a pris fin. Elle a peut-être été fermée depuis un autre appareil, ou votre mot de passe a changé. Reconnectez-vous : vos brouillons sont conservés.
logIn-identifier = Nom d’utilisateur ou e-mail
logIn-forgot = Mot de passe oublié ?
logIn-new = Pas encore de compte ?
logIn-guest = Cette page est réservée aux membres. En tant qu’invité, vous avez accès au salon.

identity-logIn = Se connecter avec { $name }
identity-or = ou
identity-title = Connexion inachevée
identity-denied = Vous avez refusé la connexion.
identity-unavailable = Le service de connexion ne répond pas. Réessayez plus tard.
identity-failed = Cette connexion est terminée ou a expiré. Recommencez.
identity-back = Retour
identity-accounts = Comptes associés
identity-accountsText = Les comptes de services de connexion avec lesquels vous pouvez vous connecter ici.
identity-link = Associer { $name }
identity-linked = Le compte est associé.
identity-unlink = Dissocier
identity-unlinkOne = Dissocier { $name }
identity-unlinked = Le compte n’est plus associé.

signUp-title = Rejoignez le campus
signUp-action = Créer un compte
signUp-known = Vous avez déjà un compte ?
signUp-guest = Vous conservez les messages écrits dans le salon.
signUp-mailed = Consultez vos e-mails
signUp-mailedText = Nous avons envoyé un lien à { $email }. Ouvrez-le pour confirmer votre adresse, puis connectez-vous.

forgot-title = Mot de passe oublié ?
forgot-text = Nous vous enverrons un lien par e-mail pour en choisir un nouveau.
forgot-action = Envoyer le lien
forgot-sent = Consultez vos e-mails
forgot-sentText = Si un compte utilise cette adresse, nous y avons envoyé un lien. Il est valable 30 minutes.

reset-title = Choisir un nouveau mot de passe
reset-action = Définir le mot de passe
reset-done = Mot de passe modifié
reset-doneText = Toutes vos sessions ont été fermées. Connectez-vous avec votre nouveau mot de passe.

confirm-title = Confirmez votre adresse e-mail
confirm-text = Appuyez sur le bouton pour confirmer votre adresse e-mail.
confirm-passwordHint = Le mot de passe choisi lors de votre inscription.
confirm-action = Confirmer l’adresse
confirm-done = Adresse e-mail confirmée
confirm-doneText = Merci, c’est fait.
confirm-waiting = Confirmez { $email } : nous vous avons envoyé un e-mail avec un lien.
confirm-resend = Renvoyer l’e-mail
confirm-sent = Nous avons envoyé un nouvel e-mail à { $email }.

undo-title = Annuler le changement d’adresse
undo-text = Votre ancienne adresse e-mail sera rétablie et toutes vos sessions seront fermées. Choisissez ensuite un nouveau mot de passe.
undo-action = Rétablir l’ancienne adresse
undo-done = Ancienne adresse rétablie
undo-doneText = Toutes vos sessions ont été fermées. Choisissez maintenant un nouveau mot de passe.

unsubscribe-title = Désactiver ces e-mails
unsubscribe-text = Vous ne recevrez plus d’e-mails du type de celui qui contenait ce lien. Les notifications dans l’application restent.
unsubscribe-action = Désactiver
unsubscribe-done = E-mails désactivés
unsubscribe-doneText = Vous pouvez les réactiver à tout moment.

link-again = Demander un nouveau lien
link-token = Code
link-tokenHint = Il figure seul sur une ligne de l’e-mail.

zone-differs = Les heures sont affichées dans le fuseau horaire { $accountZone }. Cet appareil est réglé sur { $deviceZone }.
zone-use = Utiliser { $zone }
zone-keep = Conserver { $zone }

settings-profile = Profil
settings-contact = Coordonnées
settings-privacy = Confidentialité
settings-appearance = Apparence
settings-account = Compte
settings-sessions = Sessions
settings-blocked = Blocages
settings-calendar = Agenda

sessions-text = Vos appareils connectés. La fermeture d’une session prend effet immédiatement.
sessions-current = Cet appareil
sessions-lastUsed = Dernière utilisation
sessions-since = ouverte le
sessions-end = Fermer la session
sessions-endOne = Fermer la session : { $name }
sessions-endOthers = Fermer les autres
sessions-ended =
    { $count ->
        [one] { $count } session fermée.
       *[other] { $count } sessions fermées.
    }

privacy-messaging = Messages et présence
privacy-messagePolicy = Qui peut vous écrire

policy-EVERYONE = Tous les membres
policy-BOOKING_PARTNERS = Les personnes avec qui j’ai une réservation
policy-NOBODY = Personne

privacy-showsPresence = Indiquer quand je suis en ligne
privacy-showsPresenceHint = Votre présence dans le salon est toujours visible.
privacy-sendsReadReceipts = Envoyer des confirmations de lecture
privacy-sendsReadReceiptsHint = Les autres voient jusqu’où vous avez lu une conversation.
privacy-details = Qui peut voir vos coordonnées
privacy-emailVisibility = E-mail
privacy-addressVisibility = Adresse personnelle
privacy-studentNumberVisibility = Numéro d’étudiant

visibility-ONLY_ME = Moi uniquement
visibility-BOOKING_PARTNERS = Les personnes avec qui j’ai une réservation
visibility-MEMBERS = Tous les membres

privacy-time = Date et heure
privacy-timeZone = Fuseau horaire
privacy-timeZoneHint = Toutes les heures sont affichées dans ce fuseau.

block-do = Bloquer
block-undo = Débloquer
block-done = Compte bloqué. Vous n’êtes plus visibles l’un pour l’autre.
block-undone = Compte débloqué.
block-text = Les personnes que vous avez bloquées. Elles n’en sont pas informées.
block-none = Vous n’avez bloqué personne

calendar-title = Vos réservations dans votre agenda
calendar-text = Créez une adresse privée et abonnez-vous-y depuis votre application d’agenda.
calendar-create = Créer une adresse
calendar-renew = Créer une nouvelle adresse
calendar-once = Copiez-la maintenant : elle ne s’affiche qu’une fois. Toute personne qui la possède peut voir vos réservations.
calendar-exists = Vous avez une adresse active. Une nouvelle la remplacera.
calendar-stop = Désactiver
calendar-stopped = L’adresse ne fonctionne plus.

notice-none = Aucune notification
notice-noneText = Mentions, réponses, commentaires, réactions, réservations et activité de votre compte apparaissent ici.
notice-noneUnread = Rien de non lu
notice-filter = Afficher
notice-all = Toutes
notice-unread = Non lues
notice-markRead = Marquer comme lue : { $text }
notice-markAllRead = Tout marquer comme lu
notice-comment = { $name } a commenté votre publication
notice-mention = { $name } vous a mentionné
notice-reply = { $name } vous a répondu
notice-reaction = { $name } a réagi à ce que vous avez écrit
notice-reactions =
    { $count ->
        [one] { $name } et { $count } autre personne ont réagi à ce que vous avez écrit
       *[other] { $name } et { $count } autres personnes ont réagi à ce que vous avez écrit
    }
notice-group = Changements dans { $title }
notice-someGroup = un groupe
notice-group-MEMBER_ADDED = Vous avez été ajouté à { $title }
notice-group-MEMBER_REMOVED = Vous avez été retiré de { $title }
notice-group-OWNER_CHANGED = Vous gérez désormais { $title }
notice-moderation = Les modérateurs sont intervenus
notice-moderation-LOCK = Les modérateurs ont verrouillé votre compte
notice-moderation-REMOVE = Les modérateurs ont supprimé un de vos textes
notice-moderation-WARN = Les modérateurs vous ont averti
notice-reportUpheld = Les modérateurs ont donné suite à votre signalement
notice-reportDismissed = Les modérateurs ont examiné votre signalement sans y donner suite
notice-DATA_EXPORT_REQUESTED = Une copie de vos données a été demandée
notice-IDENTITY_CHANGED = Un compte d’un service de connexion a été associé ou dissocié
notice-settings = Réglages
notice-new = Nouvelle
notice-security = Votre compte a été modifié
notice-LOGGED_IN = Nouvelle connexion à votre compte. Si ce n’était pas vous, fermez cette session.
notice-PASSWORD_CHANGED = Votre mot de passe a été modifié
notice-EMAIL_CHANGED = Votre adresse e-mail a été modifiée
notice-USERNAME_CHANGED = Votre nom d’utilisateur a été modifié
notice-SESSION_REVOKED = Une de vos sessions a été fermée
notice-TOKEN_REUSED = Une session a été fermée, car son jeton a été utilisé deux fois
notice-booking = Réservation modifiée : { $topic } avec { $name }, { $time }
notice-CREATED = Nouvelle réservation : { $topic } avec { $name }, { $time }
notice-RESCHEDULED = Réservation déplacée : { $topic } avec { $name }, désormais le { $time }
notice-CANCELLED = Réservation annulée : { $topic } avec { $name }, { $time }
notice-COMPLETED = Séance terminée : { $topic } avec { $name }
notice-NO_SHOW = Séance non honorée : { $topic } avec { $name }, { $time }
notice-REQUESTED = Demande : { $topic } avec { $name }, { $time }
notice-APPROVED = Séance acceptée : { $topic } avec { $name }, { $time }
notice-DECLINED = Demande refusée : { $topic } avec { $name }, { $time }
notice-EXPIRED = Demande expirée : { $topic } avec { $name }, { $time }
notice-RELOCATED = Nouveau lieu : { $topic } avec { $name }, { $time }
notice-REMINDER = Rappel : { $topic } avec { $name }, { $time }
