messages-none = Aucune conversation
messages-noneText = Commencez-en une, ou écrivez à quelqu’un depuis son profil.
messages-choose = Sélectionnez une conversation
messages-chooseText = Ou commencez-en une nouvelle.
messages-list = Conversations
messages-new = Nouvelle conversation
messages-newShort = Nouvelle
messages-addPeople = Ajouter des personnes
messages-addPeopleHint = Une personne, ou jusqu’à 49 pour un groupe.
messages-start = Démarrer la conversation
messages-selected = Personnes sélectionnées
messages-add = Ajouter

thread-title = Conversation avec { $names }
thread-log = Messages
thread-memberCount =
    { $count ->
        [one] { $count } membre
       *[other] { $count } membres
    }
thread-members = Membres
thread-leave = Quitter le groupe
thread-leaveText = Vous ne recevrez plus ses messages.
thread-actions = Actions sur la conversation
thread-earlier = Charger les messages précédents
thread-later = Charger les messages suivants
thread-markUnread = Marquer comme non lue
thread-markedUnread = Marquée comme non lue.
thread-unread = Nouveaux messages
thread-latest = Aller au dernier message
thread-empty = Aucun message. Dites bonjour !
thread-closed = Vous ne pouvez pas écrire dans cette conversation pour le moment.
thread-ended = Vous n’avez plus accès à cette conversation.
thread-typingOne = { $name } est en train d’écrire…
thread-typingMany =
    { $count ->
        [one] { $count } personne est en train d’écrire…
       *[other] { $count } personnes sont en train d’écrire…
    }

group-heading = Groupe { $title }
group-settings = Réglages du groupe
group-title = Nom du groupe
group-titleHint = Avec un nom, vous gérez le groupe : ses membres et son image.
group-image = Image du groupe
group-addImage = Ajouter une image de groupe
group-changeImage = Changer l’image du groupe
group-removeImage = Retirer l’image
group-history = Partager les messages précédents
group-historyHint = Les membres qui arrivent désormais peuvent lire ce qui a été écrit avant.
group-historyOn = Les nouveaux membres lisent les messages précédents.
group-historyOff = Les nouveaux membres ne lisent pas les messages précédents.
group-create = Créer le groupe
group-owner = Propriétaire
group-add = Ajouter au groupe
group-memberActions = Actions pour { $name }
group-remove = Retirer du groupe
group-removeTitle = Retirer { $name } ?
group-removeText = Cette personne ne pourra plus lire le groupe.
group-transfer = Nommer propriétaire
group-transferTitle = Nommer { $name } propriétaire ?
group-transferText = Cette personne gérera le groupe. Vous en restez membre.
group-someone = Un membre
group-added = { $actor } a ajouté { $name }
group-left = { $name } a quitté le groupe
group-removed = { $actor } a retiré { $name }
group-owns = { $name } est désormais propriétaire du groupe
group-titleChanged = { $actor } a renommé le groupe
group-imageChanged = { $actor } a changé l’image du groupe
group-historyChanged = { $actor } a changé l’accès aux messages précédents

mute-start = Mettre en sourdine
mute-end = Réactiver
mute-on = En sourdine
mute-text = Les nouveaux messages ne sont ni annoncés ni comptés. Les autres ne le voient pas.
mute-hour = Pendant 1 heure
mute-hours = Pendant 8 heures
mute-forGood = Jusqu’à ce que je la réactive
mute-started = Conversation en sourdine.
mute-ended = Conversation réactivée.

message-write = Écrire un message
message-send = Envoyer
message-you = Vous
message-byYou = Vous : { $text }
message-image = a envoyé une image
message-file = a envoyé un fichier
message-noText = Image ou fichier
message-reply = Répondre
message-replyTo = Réponse à { $name }
message-cancelReply = Annuler la réponse
message-inReplyTo = En réponse à
message-gone = Ce message n’est plus disponible.
message-deleted = Ce message a été supprimé.
message-edited = modifié
message-actions = Actions sur le message
message-edit = Modifier le message
message-waiting = En attente d’envoi
message-sending = Envoi en cours…
message-sent = Envoyé
message-read = Lu
message-readBy = Lu par { $names }
message-failed = Non envoyé
message-discard = Abandonner
message-deleteTitle = Supprimer ce message ?
message-deleteText = Il sera supprimé pour tout le monde ici.
message-today = Aujourd’hui
message-yesterday = Hier

mention-list = Personnes à mentionner
mention-found =
    { $count ->
        [one] { $count } suggestion
       *[other] { $count } suggestions
    }

lobby-title = Salon
lobby-text = Toutes les personnes présentes voient ce que vous écrivez ici.
lobby-visit = Découvrir le salon
lobby-enter = Entrer dans le salon
lobby-back = Retourner au salon en tant que { $name }
lobby-leave = Quitter
lobby-pseudonym = Votre nom dans le salon
lobby-pseudonymHint = De 3 à 15 lettres, chiffres ou tirets bas.
lobby-here = Personnes présentes
lobby-count =
    { $count ->
        [one] { $count } personne dans le salon
       *[other] { $count } personnes dans le salon
    }
lobby-joined = { $name } a rejoint le salon
lobby-left = { $name } a quitté le salon
lobby-write = Écrire dans le salon
lobby-empty = C’est calme ici. Dites bonjour !
lobby-outside = Vous n’êtes pas dans le salon
lobby-guest = invité
lobby-removeGuest = Exclure { $name }
lobby-removeGuestAction = Exclure l’invité
lobby-removeGuestText = Sa visite prend fin immédiatement et son nom redevient disponible. Ses messages restent.
lobby-guestRemoved = { $name } n’est plus dans le salon.
lobby-join = Vous vous plaisez ici ? Inscrivez-vous et conservez vos messages.
