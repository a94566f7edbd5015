app-description = Le campus au même endroit : annuaire, publications, conversations, un salon et des mentors.

nav-skip = Aller au contenu
nav-main = Principale
nav-feed = Accueil
nav-messages = Messages
nav-lobby = Salon
nav-mentoring = Mentorat
nav-people = Annuaire
nav-notifications = Notifications
nav-settings = Réglages
nav-unread =
    { $count ->
        [one] { $count } message non lu
       *[other] { $count } messages non lus
    }
nav-unseen =
    { $count ->
        [one] { $count } nouvelle
       *[other] { $count } nouvelles
    }

action-save = Enregistrer
action-cancel = Annuler
action-close = Fermer
action-edit = Modifier
action-delete = Supprimer
action-report = Signaler
action-retry = Réessayer
action-reload = Recharger la page
action-more = Afficher plus
action-copy = Copier
action-continue = Continuer
action-backTo = Retour à
action-logIn = Se connecter
action-logOut = Se déconnecter
action-signUp = S’inscrire

state-loading = Chargement
state-saved = Enregistré.
state-copied = Copié.
state-failed = Une erreur s’est produite. Réessayez dans un instant.
state-missing = Introuvable, ou vous n’y avez pas accès.
state-broken = Un problème est survenu sur cette page.
state-brokenHint = Le reste de Studyhall fonctionne. Recharger la page suffit en général.
state-stale = La mise à jour a échoué. Vous voyez ce qui a été chargé auparavant.
state-offline = Hors connexion. Messages et publications sont enregistrés et partiront au retour de la connexion.

notFound-title = Page introuvable
notFound-text = Le lien est peut-être obsolète ou mal saisi.
notFound-home = Retour à l’accueil

share-invite = Copier le lien d’invitation
share-page = Partager
share-copied = Lien copié.

text-invisible = (aucun texte visible)

form-left =
    { $count ->
        [one] { $count } caractère restant
       *[other] { $count } caractères restants
    }
form-tooMany =
    { $count ->
        [one] { $count } caractère de trop
       *[other] { $count } caractères de trop
    }
form-optional = (facultatif)

tags-remove = Retirer { $name }

theme-label = Thème
theme-system = Système
theme-light = Clair
theme-dark = Sombre
theme-toLight = Passer en mode clair
theme-toDark = Passer en mode sombre

language-label = Langue
language-differs = La langue de votre compte est { $account }. Sur cet appareil, { $device } a été choisi.
language-use = Utiliser { $language }
language-keep = Conserver { $language }

image-add = Ajouter des images
image-uploading = { $name }, envoi en cours
image-attached = Images jointes
image-remove = Retirer { $name }
image-by = Image { $count } de { $name }
image-open = Ouvrir : { $name }

image-previous = Image précédente
image-next = Image suivante

file-add = Joindre des fichiers
file-attached = Fichiers joints
file-files = Fichiers
file-uploading = { $name }, envoi en cours
file-later = Envoyé avec votre texte
file-cancel = Annuler l’envoi de { $name }
file-download = Télécharger
file-gone = Ce fichier n’est plus disponible.

welcome-title = Tout votre campus au même endroit.
welcome-text = Trouvez des personnes de votre filière, échangez avec elles et réservez un créneau avec un mentor.
welcome-signUp = Créer votre compte
welcome-lobby = Envie de jeter un œil ?
welcome-lobbyText = Le salon est ouvert à tout le monde. Ni compte ni e-mail : choisissez simplement un nom.
welcome-people = Annuaire
welcome-peopleText = Cherchez par nom, filière ou compétence. Vous choisissez qui peut voir vos coordonnées.
welcome-messages = Conversations
welcome-messagesText = Messages en direct, avec images. Écrivez hors connexion : vos messages partent au retour du réseau.
welcome-mentoring = Mentors
welcome-mentoringText = Réservez une séance dans votre fuseau horaire, ou proposez vos propres créneaux.
welcome-developers = Vous développez un client ? Tout passe par une API ouverte :

graphiql-file = Fichier à envoyer
graphiql-chosen = Fichier : { $name }
