### The texts of notifications, in lists, pushes and digests. `$actor` is a name, or `some-member`.

## Who

# At the beginning of a sentence.
some-member = Un membru
some-member-within = un membru

## Bookings

news-booking-created = { $actor } a rezervat o ședință cu dumneavoastră.
news-booking-rescheduled = { $actor } v-a reprogramat ședința.
news-booking-cancelled = { $actor } v-a anulat ședința.
news-booking-completed = { $actor } v-a încheiat ședința.
news-booking-no-show = { $actor } a notat că un participant a lipsit de la ședința dumneavoastră.
news-booking-relocated = { $actor } a schimbat locul ședinței dumneavoastră.
news-booking-requested = { $actor } cere o ședință cu dumneavoastră.
news-booking-approved = { $actor } v-a aprobat ședința.
news-booking-declined = { $actor } v-a refuzat cererea de ședință.
news-booking-expired = O cerere de ședință a expirat.
news-calendar-conflict = Calendarul dumneavoastră are alt eveniment la ora unei ședințe.
news-seat-offered = Un loc este păstrat pentru dumneavoastră. Rezervați-l înainte ca oferta să se încheie.
news-waitlist-ended = Locul dumneavoastră pe o listă de așteptare s-a încheiat.
news-reminder = { $hours ->
    [one] Ședința dumneavoastră începe peste { $hours } oră.
    [few] Ședința dumneavoastră începe peste { $hours } ore.
   *[other] Ședința dumneavoastră începe peste { $hours } de ore.
}

## Texts

news-comment = { $actor } a comentat la postarea dumneavoastră.
news-mention = { $actor } v-a menționat.
news-reply = { $actor } v-a răspuns.
# `$others`: how many users besides `$actor` have reacted.
news-reaction-to-comment = { $others ->
    [0] { $actor } a reacționat la comentariul dumneavoastră.
    [one] { $actor } și încă un utilizator au reacționat la comentariul dumneavoastră.
    [few] { $actor } și alți { $others } utilizatori au reacționat la comentariul dumneavoastră.
   *[other] { $actor } și alți { $others } de utilizatori au reacționat la comentariul dumneavoastră.
}
news-reaction-to-message = { $others ->
    [0] { $actor } a reacționat la mesajul dumneavoastră.
    [one] { $actor } și încă un utilizator au reacționat la mesajul dumneavoastră.
    [few] { $actor } și alți { $others } utilizatori au reacționat la mesajul dumneavoastră.
   *[other] { $actor } și alți { $others } de utilizatori au reacționat la mesajul dumneavoastră.
}
news-reaction-to-post = { $others ->
    [0] { $actor } a reacționat la postarea dumneavoastră.
    [one] { $actor } și încă un utilizator au reacționat la postarea dumneavoastră.
    [few] { $actor } și alți { $others } utilizatori au reacționat la postarea dumneavoastră.
   *[other] { $actor } și alți { $others } de utilizatori au reacționat la postarea dumneavoastră.
}
unread-messages = { $count ->
    [one] { $count } mesaj necitit într-o conversație.
    [few] { $count } mesaje necitite într-o conversație.
   *[other] { $count } de mesaje necitite într-o conversație.
}
unread-messages-from = { $count ->
    [one] { $count } mesaj necitit de la { $author }.
    [few] { $count } mesaje necitite de la { $author }.
   *[other] { $count } de mesaje necitite de la { $author }.
}
unread-messages-in-group = { $count ->
    [one] { $count } mesaj necitit în grupul { $title }.
    [few] { $count } mesaje necitite în grupul { $title }.
   *[other] { $count } de mesaje necitite în grupul { $title }.
}

## Groups

news-group-owner-by = { $actor } v-a făcut proprietarul grupului { $title }.
news-group-owner-by-untitled = { $actor } v-a făcut proprietarul unui grup.
news-group-owner = Sunteți acum proprietarul grupului { $title }.
news-group-owner-untitled = Sunteți acum proprietarul unui grup.
news-group-added-by = { $actor } v-a adăugat în grupul { $title }.
news-group-added-by-untitled = { $actor } v-a adăugat într-un grup.
news-group-added = Ați fost adăugat în grupul { $title }.
news-group-added-untitled = Ați fost adăugat într-un grup.
news-group-removed-by = { $actor } v-a eliminat din grupul { $title }.
news-group-removed-by-untitled = { $actor } v-a eliminat dintr-un grup.
news-group-removed = Ați fost eliminat din grupul { $title }.
news-group-removed-untitled = Ați fost eliminat dintr-un grup.

## Moderators

news-account-locked = Moderatorii v-au blocat contul.
news-text-removed = Moderatorii v-au eliminat un text.
news-warned = Moderatorii v-au avertizat.
news-report-upheld = Moderatorii au luat măsuri în urma unei raportări a dumneavoastră.
news-report-dismissed = Moderatorii au analizat o raportare a dumneavoastră și nu au luat nicio măsură.

## The account

news-export-ready = Exportul datelor dumneavoastră este gata.
news-export-failed = Exportul datelor dumneavoastră a eșuat.
news-logged-in = Un dispozitiv nou s-a conectat la contul dumneavoastră.
news-password-changed = Parola dumneavoastră a fost schimbată.
news-email-changed = Adresa de e-mail a contului dumneavoastră a fost schimbată.
news-username-changed = Numele dumneavoastră de utilizator a fost schimbat.
news-session-revoked = Un dispozitiv a fost deconectat de la contul dumneavoastră.
news-token-reused = Un dispozitiv a fost deconectat, deoarece tokenul lui a fost folosit de două ori.
news-export-requested = A fost cerut un export al datelor dumneavoastră.
news-identity-changed = Un cont de la un furnizor de identitate a fost asociat sau dezasociat.
