signUp-needed = Invitation nécessaire
signUp-neededText = Pour rejoindre ce campus, il vous faut une invitation. Ouvrez le lien de votre invitation, ou demandez à un membre de vous inviter.
signUp-invitation = Votre invitation
signUp-invitationHint = Le lien, ou le code à la fin du lien.
signUp-invited = Vous avez reçu une invitation. Créez votre compte pour nous rejoindre.
signUp-dropInvitation = Continuer sans cette invitation
signUp-approval = Un modérateur approuve chaque nouveau compte.
signUp-note = Note pour les modérateurs
signUp-noteHint = Dites-leur qui vous êtes.
signUp-mailedApproval = Nous avons envoyé un lien à { $email }. Ouvrez-le pour confirmer votre adresse. Un modérateur décide ensuite, et vous recevez un e-mail.
signUp-sent = Inscription envoyée
signUp-sentText = Un modérateur décide de votre inscription, et vous recevez un e-mail à { $email }. S’il contient un lien pour confirmer votre adresse, ouvrez-le d’abord.

confirm-waitText = Si vous venez de vous inscrire, un modérateur décide maintenant de votre compte. Vous recevrez alors un e-mail.

problem-APPROVAL_PENDING = Votre inscription attend l’approbation d’un modérateur. Vous recevrez alors un e-mail.
problem-INVITATION_REQUIRED = Il faut une invitation pour s’inscrire ici. Ouvrez son lien.
problem-INVITATION_UNUSABLE = Cette invitation est épuisée, expirée ou révoquée, ou destinée à une autre adresse. Demandez-en une nouvelle.

settings-invitations = Invitations

invitation-new = Inviter quelqu’un
invitation-text = Une invitation permet de s’inscrire ici.
invitation-way = Type d’invitation
invitation-byLink = Lien
invitation-byEmail = E-mail
invitation-emailHint = Nous y envoyons l’invitation. Seule cette adresse peut l’utiliser.
invitation-maxUses = Nombre de personnes qui peuvent l’utiliser
invitation-maxUsesHint = De 1 à 500.
invitation-validFor = Durée de validité
invitation-note = Note
invitation-noteHint = Pour vous et les modérateurs.
invitation-create = Créer le lien
invitation-send = Envoyer l’invitation
invitation-sent = Invitation envoyée à { $email }.
invitation-once = Copiez le lien maintenant : il ne s’affiche qu’une fois. Toute personne qui le possède peut s’inscrire.
invitation-copy = Copier le lien
invitation-list = Invitations
invitation-link = Lien
invitation-usable = Valable
invitation-used = Épuisée
invitation-expired = Expirée
invitation-revoked = Révoquée
invitation-uses = Comptes : { $count } sur { $max }
invitation-until = valable jusqu’au { $time }
invitation-revoke = Révoquer
invitation-revokeOne = Révoquer : { $name }
invitation-revokeTitle = Révoquer cette invitation ?
invitation-revokeText = Elle ne pourra plus être utilisée. Les comptes créés grâce à elle restent.
invitation-revokedNow = Invitation révoquée.
invitation-none = Vous n’avez encore invité personne.
invitation-noneOfAll = Aucune invitation
invitation-notYours = Vous ne pouvez pas créer d’invitation

nav-openRegistrations =
    { $count ->
        [one] { $count } inscription à traiter
       *[other] { $count } inscriptions à traiter
    }

moderation-registrations = Inscriptions
moderation-invitations = Invitations

registration-none = Aucune inscription en attente
registration-noneText = Les nouvelles apparaissent d’elles-mêmes.
registration-approve = Approuver
registration-approveOne = Approuver l’inscription de { $name }
registration-approved = { $name } a maintenant un compte.
registration-decline = Refuser
registration-declineOne = Refuser l’inscription de { $name }
registration-declineTitle = Refuser l’inscription de { $name } ?
registration-declineText = Toutes les données de l’inscription sont supprimées.
registration-reason = Motif
registration-reasonHint = Il figure dans l’e-mail que nous envoyons.
registration-declined = L’inscription de { $name } a été refusée.

notice-dataExport = La copie de vos données est prête
notice-waitlist = Une place est libre pour vous : { $topic }, { $time }
notice-CONFLICT = Conflit avec votre agenda : { $topic } avec { $name }, { $time }
