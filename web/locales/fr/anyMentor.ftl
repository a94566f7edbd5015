anyMentor-open = Réserver avec n’importe quel mentor
anyMentor-title = { $topic } avec n’importe quel mentor
anyMentor-text = Voici les créneaux libres de tous les mentors. À la réservation, un mentor disponible vous est attribué.
anyMentor-preferred = Mentor préféré
anyMentor-preferredHint = Si ce mentor n’a plus de place à cette heure, un autre vous est attribué.
anyMentor-anyone = N’importe quel mentor
