busy-title = Vos autres agendas
busy-text = Pendant un événement de l’un d’eux, vous n’avez pas de créneau libre ici. Seules les heures des événements sont lues.
busy-none = Vous n’avez ajouté aucun agenda.
busy-name = Nom de l’agenda
busy-url = Adresse de l’agenda
busy-urlHint = L’adresse iCal secrète de l’agenda, qui commence par https://. Elle ne sera plus affichée.
busy-add = Ajouter un agenda
busy-added = Agenda ajouté.
busy-events =
    { $count ->
        [one] { $count } événement
       *[other] { $count } événements
    }
busy-lastRead = Dernière lecture :
busy-neverRead = Pas encore lu
busy-remove = Retirer l’agenda : { $name }
busy-removed = Agenda retiré.
busy-conflict = L’un de vos autres agendas contient un événement à cette heure.
