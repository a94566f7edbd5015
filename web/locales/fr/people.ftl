person-deleted = Utilisateur supprimé
person-unavailable = Utilisateur indisponible
person-online = En ligne
person-offline = Hors ligne
person-lastSeen = Dernière activité

people-search = Rechercher par nom, filière ou compétence
people-filters = Filtres
people-skillsHint = Appuyez sur Entrée pour en ajouter une. Les profils doivent les avoir toutes.
people-online = En ligne uniquement
people-none = Aucune personne trouvée
people-empty = Vous êtes la première personne ici
people-emptyText = Il n’y a pas encore d’autre compte. Partagez le lien : toute personne inscrite apparaîtra ici.
people-noneText = Essayez avec moins de mots, ou d’autres.

profile-missing = Utilisateur introuvable
profile-missingText = Le nom d’utilisateur a peut-être changé, ou le compte n’est plus disponible.
profile-edit = Modifier le profil
profile-message = Envoyer un message
profile-actions = Autres actions
profile-teaches = Enseigne
profile-posts = Publications
profile-noPosts = Aucune publication pour l’instant.
profile-inYear = année { $year }
profile-picture = Photo de profil
profile-addPicture = Ajouter une photo
profile-changePicture = Changer de photo
profile-removePicture = Retirer
profile-aboutYou = À propos de vous
profile-firstName = Prénom
profile-lastName = Nom
profile-fieldOfStudy = Filière
profile-year = Année d’études
profile-skills = Compétences
profile-skillsHint = Appuyez sur Entrée ou sur la virgule pour en ajouter une. 30 au maximum.
profile-about = À propos

contact-title = Coordonnées
contact-text = Choisissez qui peut les voir dans la section Confidentialité.
contact-email = E-mail
contact-occupation = Profession
contact-studentNumber = Numéro d’étudiant
contact-homeAddress = Adresse personnelle
contact-county = Région
contact-country = Pays

links-title = Liens
links-description = Description
links-website = Site web
links-linkedin = LinkedIn
links-github = GitHub
links-instagram = Instagram
links-twitter = Twitter
links-facebook = Facebook
links-youtube = YouTube

report-title = Signaler à la modération
report-text = La modération voit votre nom ; la personne signalée ne le voit pas.
report-reason = Quel est le problème ?
report-done = Merci. La modération va examiner votre signalement.

feed-empty = Aucune publication
feed-emptyText = Écrivez la première, découvrez qui est là, ou invitez d’autres personnes.
feed-people = Trouver des personnes

post-title = Publication
post-by = Publication de { $name }
post-actions = Actions sur la publication
post-edited = modifiée
post-text = Texte
post-new = Nouvelle publication
post-placeholder = Quoi de neuf sur le campus ?
post-publish = Publier
post-deleteTitle = Supprimer cette publication ?
post-deleteText = Elle sera supprimée pour tout le monde, images comprises.
post-deleted = Publication supprimée.

comment-list = Commentaires
comment-count =
    { $count ->
        [one] { $count } commentaire
       *[other] { $count } commentaires
    }
comment-none = Aucun commentaire.
comment-earlier = Charger les commentaires précédents
comment-by = Commentaire de { $name }
comment-actions = Actions sur le commentaire
comment-edited = modifié
comment-text = Commentaire
comment-new = Nouveau commentaire
comment-publish = Commenter
comment-reply = Répondre
comment-replyTo = Réponse à { $name }
comment-deleteTitle = Supprimer ce commentaire ?
comment-deleteText = Il sera supprimé pour tout le monde.
comment-deleted = Commentaire supprimé.

reaction-list = Réactions
reaction-add = Ajouter une réaction
reaction-choose = Émojis
reaction-count =
    { $count ->
        [one] { $emoji }, { $count } personne
       *[other] { $emoji }, { $count } personnes
    }
reaction-failed = La réaction n’a pas pu être enregistrée.
