anyMentor-open = Rezervați cu orice mentor
anyMentor-title = { $topic } cu orice mentor
anyMentor-text = Acestea sunt orele libere ale tuturor mentorilor. La rezervare primiți un mentor disponibil.
anyMentor-preferred = Mentor preferat
anyMentor-preferredHint = Dacă acest mentor nu mai are loc la ora aceea, primiți altul.
anyMentor-anyone = Orice mentor
