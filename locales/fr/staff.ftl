### What moderators and admins did, and what stays after the deletion of an account.

staff-operator = Le responsable du serveur
staff-former-moderator = Un ancien modérateur
staff-some-user = un utilisateur
staff-former-user = un ancien utilisateur
staff-content-removed = { $actor } a supprimé un texte. Auteur : { $user }.
staff-guest-removed = { $actor } a exclu un invité du salon : { $user }.
staff-invitation-revoked = { $actor } a révoqué une invitation. Créateur : { $user }.
staff-member-locked-until = { $actor } a verrouillé un compte jusqu’au { $end } : { $user }.
staff-member-locked = { $actor } a verrouillé un compte sans limite de durée : { $user }.
staff-member-unlocked = { $actor } a déverrouillé un compte : { $user }.
staff-member-warned = { $actor } a averti { $user }.
staff-registration-approved = { $actor } a approuvé une inscription : { $user }.
staff-registration-declined = { $actor } a refusé une inscription.
staff-report-unassigned = { $actor } a retiré l’attribution d’un signalement.
staff-report-assigned = { $actor } a attribué un signalement à { $user }.
staff-report-resolved = { $actor } a traité un signalement concernant { $user }.
staff-role-changed = { $actor } a changé un rôle : { $user } a maintenant le rôle « { $role } ».
staff-topic-changed = { $actor } a modifié un sujet. Créateur : { $user }.
role-member = membre
role-moderator = modérateur
role-admin = administrateur
role-guest = invité

bookings-kept = Les réservations restent pour l’autre participant, sans votre nom.
files-kept = Les fichiers d’un texte signalé restent avec le signalement, jusqu’à 30 jours après la décision des modérateurs.
images-kept = Les images d’un texte signalé restent avec le signalement, jusqu’à 30 jours après la décision des modérateurs.
messages-kept = Les messages restent pour les autres membres de la conversation, sans votre nom.
reports-kept = Les modérateurs ont besoin des signalements de contenus pour décider.
sessions-kept = Les connexions et les changements du compte restent pour une durée limitée dans le journal de l’exploitant, sans votre nom ni votre adresse IP.
topics-kept = Les sujets restent pour les mentors et les étudiants qui les utilisent, sans votre nom.
