anyMentor-open = Rezervă cu orice mentor
anyMentor-title = { $topic } cu orice mentor
anyMentor-text = Acestea sunt orele libere ale tuturor mentorilor. La rezervare primești un mentor disponibil.
anyMentor-preferred = Mentor preferat
anyMentor-preferredHint = Dacă acest mentor nu mai are loc la ora aceea, primești altul.
anyMentor-anyone = Orice mentor
