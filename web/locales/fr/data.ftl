settings-data = Vos données

export-title = Une copie de vos données
export-text = Votre profil, vos publications, messages, réservations, images et fichiers dans un fichier ZIP. Vous pouvez le demander une fois par jour.
export-request = Demander une copie
export-again = Demander une nouvelle copie
export-againHint = Une nouvelle copie remplace celle-ci.
export-pending = Votre copie est en préparation…
export-pendingHint = Vous pouvez quitter cette page : une notification vous avertira.
export-ready = Votre copie est prête ({ $size }).
export-expires = Elle sera supprimée le { $time }.
export-download = Télécharger
export-failed = La copie n’a pas pu être préparée. Demandez-la de nouveau.
export-retryAt = Vous pourrez demander la prochaine copie à partir du { $time }.
export-delete = Supprimer votre compte

receipt-title = Récapitulatif
receipt-text = Ce que sont devenues vos données le { $time }. Vous le recevez aussi par e-mail. Enregistrez-le maintenant : il n’est pas conservé.
receipt-kind = Données
receipt-deletedCount = Supprimés
receipt-anonymisedCount = Gardés sans nom
receipt-keptCount = Gardés
receipt-save = Enregistrer le récapitulatif

data-APPOINTMENTS = Offres
data-BOOKINGS = Réservations
data-COMMENTS = Commentaires
data-FILES = Fichiers
data-IMAGES = Images
data-MESSAGES = Messages
data-POSTS = Publications
data-PROFILE = Profil et réglages
data-REACTIONS = Réactions
data-REPORTS = Signalements
data-SESSIONS = Sessions
data-TOPICS = Sujets
