nav-moderation = Modération
nav-openReports =
    { $count ->
        [one] { $count } signalement en attente
       *[other] { $count } signalements en attente
    }

moderation-reports = Signalements
moderation-log = Journal
moderation-show = Afficher
moderation-undecided = À traiter
moderation-unassigned = Non attribués
moderation-mine = Les miens
moderation-decided = Traités
moderation-all = Tous
moderation-none = Aucun signalement ici
moderation-noneText = Les nouveaux signalements apparaissent d’eux-mêmes.
moderation-kind = Action
moderation-anyKind = Toutes les actions
moderation-onlyMine = Mes actions uniquement
moderation-noActions = Aucune action
moderation-operator = Le responsable du serveur
moderation-report = Signalement

report-about = Signalement : { $kind }
report-Message = Message
report-Post = Publication
report-Comment = Commentaire
report-User = Profil
report-content = Contenu supprimé
report-OPEN = En attente
report-ASSIGNED = Attribué
report-RESOLVED = Traité
report-complaints =
    { $count ->
        [one] { $count } plainte
       *[other] { $count } plaintes
    }
report-more =
    { $count ->
        [one] { $count } plainte plus ancienne n’est pas affichée.
       *[other] { $count } plaintes plus anciennes ne sont pas affichées.
    }
report-own = Ce signalement vous concerne. Un autre modérateur en décidera.
report-assignee = Attribué à
report-noAssignee = Personne ne s’en occupe encore.
report-assignMe = M’attribuer
report-unassign = Retirer l’attribution
report-assigned = Le signalement vous est attribué.
report-unassigned = Le signalement n’est plus attribué.
report-copy = Contenu au moment du signalement
report-copyText = Conservé tel qu’il était à la première plainte. Auteur : { $username }.
report-copyGone = La copie est supprimée 30 jours après la décision.
report-noText = Aucun texte.
report-deleted = Le contenu a été supprimé depuis.
report-now = Contenu actuel
report-open = Ouvrir dans son contexte
report-author = Auteur
report-decide = Décider
report-decision = Décision
report-actions = Actions
report-noActions = Le contenu n’existe plus, et vous ne pouvez pas agir sur son auteur.
report-do-REMOVE = Supprimer le contenu
report-do-WARN = Avertir l’auteur
report-do-LOCK = Verrouiller le compte de l’auteur
report-did-REMOVE = Contenu supprimé
report-did-WARN = Auteur averti
report-did-LOCK = Compte verrouillé
report-dismissed = Aucune action
report-message = Message à l’auteur
report-messageHint = L’auteur le lira. Votre nom n’apparaît pas.
report-note = Note pour la modération
report-noteHint = Visible de la modération uniquement, dans le journal.
report-dismissHint = Sans action, le signalement est classé. Les personnes plaignantes en sont informées.
report-dismiss = Classer le signalement
report-resolve = Appliquer ces actions
report-resolved = Décision enregistrée.
report-resolver = Décision de

staff-REPORT_RESOLVED = Signalement traité
staff-REPORT_ASSIGNED = Signalement attribué
staff-CONTENT_REMOVED = Contenu supprimé
staff-MEMBER_WARNED = Membre averti
staff-MEMBER_LOCKED = Membre verrouillé
staff-MEMBER_UNLOCKED = Membre déverrouillé
staff-ROLE_CHANGED = Rôle modifié
staff-GUEST_REMOVED = Invité exclu
staff-TOPIC_CHANGED = Sujet modifié
staff-INVITATION_REVOKED = Invitation révoquée
staff-REGISTRATION_APPROVED = Inscription approuvée
staff-REGISTRATION_DECLINED = Inscription refusée

member-open = Modérer le compte
member-reports = Signalements sur ce compte
member-actions = Actions sur ce compte
member-locked = Verrouillé
member-lockedUntil = Verrouillé jusqu’au { $time }

role-GUEST = Invité
role-MEMBER = Membre
role-MODERATOR = Modérateur
role-ADMIN = Administrateur
role-label = Rôle
role-change = Modifier le rôle
role-title = Rôle de { $name }
role-text = Les modérateurs traitent les signalements et suppriment des contenus. Les administrateurs modifient aussi les rôles. Le changement est immédiat.

lock-do = Verrouiller le compte
lock-change = Modifier le verrouillage
lock-title = Verrouiller le compte de { $name } ?
lock-text = Toutes les sessions sont fermées et la connexion est refusée. Sans date de fin, les réservations à venir sont aussi annulées.
lock-reason = Motif du verrouillage
lock-reasonHint = Le membre le reçoit par e-mail.
lock-duration = Durée du verrouillage
lock-untilDate = Jusqu’à une date
lock-date = Dernier jour du verrouillage
lock-forever = Sans date de fin
lock-done = Le compte de { $name } est verrouillé.
lock-undo = Déverrouiller le compte
lock-undoTitle = Déverrouiller le compte de { $name } ?
lock-undone = Le compte de { $name } est déverrouillé.
