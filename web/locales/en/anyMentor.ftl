anyMentor-open = Book with any mentor
anyMentor-title = { $topic } with any mentor
anyMentor-text = These are the free times of all mentors. When you book, you get one who has time.
anyMentor-preferred = Preferred mentor
anyMentor-preferredHint = If this mentor has no free seat at that time, you get another one.
anyMentor-anyone = Any mentor
