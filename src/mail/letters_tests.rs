use super::*;

const AT: Timestamp = Timestamp(1_800_000_000_000_000);

fn writer() -> Writer {
    let url = Url::parse("https://hall.example:8443").unwrap();
    let links = LinkKey(aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &[7; 32]));
    Writer::new(&url, "0a1b", "hall@uni.example", links, SubscriptionKey::new(&[8; 32])).unwrap()
}

fn letters(username: &str) -> [Letter; 18] {
    let (username, nonce) = (username.to_owned(), "abc".to_owned());
    let with_link = |create: fn(String, String) -> Letter| create(username.clone(), nonce.clone());
    let of_notice = |notice| Letter::Notice { username: username.clone(), notice };
    [
        with_link(|username, nonce| Letter::ConfirmEmail { username, nonce }),
        with_link(|username, nonce| Letter::ConfirmRegistration {
            username,
            nonce,
            device: "Firefox on Linux".to_owned(),
            at: Some(AT),
            needs_approval: false,
        }),
        with_link(|username, nonce| Letter::ConfirmNewEmail { username, nonce }),
        with_link(|username, nonce| Letter::EmailChanged {
            username,
            new_address: "eve.x@far.example".to_owned(),
            nonce,
        }),
        with_link(|username, nonce| Letter::ResetPassword { username, nonce }),
        Letter::AlreadyRegistered { username: username.clone() },
        Letter::AddressInUse,
        Letter::PasswordChanged { username: username.clone() },
        Letter::UsernameChanged { username: username.clone() },
        Letter::TokenReused { username: username.clone() },
        Letter::Entry { username: username.clone(), notice: EntryNotice::Waiting },
        Letter::Entry {
            username: String::new(),
            notice: EntryNotice::Invited { inviter: username.clone(), nonce, expires_at: AT },
        },
        of_notice(AccountNotice::SignedIn { device: username.clone() }),
        of_notice(AccountNotice::SessionRevoked { device: None }),
        of_notice(AccountNotice::IdentityChanged),
        of_notice(AccountNotice::EmailRestored),
        of_notice(AccountNotice::ExportRequested),
        Letter::AccountDeleted { username, receipt: vec![(DataKind::Posts, "3 deleted".to_owned())] },
    ]
}

#[test]
fn a_link_is_in_both_parts_and_its_token_is_on_its_own_line() {
    let writer = writer();
    let token = writer.links.token("abc");
    let token = token.expose_secret();
    assert_eq!(token.len(), 43);
    let pages = ["confirm-email", "confirm-email", "confirm-email", "undo-email-change", "reset-password"];
    for (letter, page) in letters("jane").iter().zip(pages) {
        let content = writer.content(letter, Locale::En);
        let address = format!("https://hall.example:8443/{page}#token={token}");
        assert!(content.text().lines().any(|line| line == address), "{}", content.text());
        assert!(content.text().lines().any(|line| line == token), "{}", content.text());
        assert!(content.html().contains(&format!("<a href=\"{address}\">")), "{}", content.html());
    }
}

#[test]
fn every_letter_with_a_link_states_how_long_the_link_is_valid() {
    let periods = ["24 hours", "24 hours", "1 hour", "7 days", "30 minutes"];
    for (letter, period) in letters("jane").iter().zip(periods) {
        assert!(writer().content(letter, Locale::En).text().contains(period), "{letter:?}");
    }
}

#[test]
fn every_letter_has_a_short_subject_and_advises_unintended_recipients() {
    for letter in letters("jane") {
        let content = writer().content(&letter, Locale::En);
        assert!(content.subject.len() <= 40, "{}", content.subject);
        assert!(content.text().is_ascii(), "only texts of users need an encoding");
        let has_advice = ["not you", "did not", "do not know"].iter().any(|words| content.after.contains(words));
        assert!(has_advice, "{}", content.after);
    }
}

#[test]
fn a_username_cannot_add_headers_or_tags() {
    for letter in letters("<b>&\"x'\r\nBcc: all@uni.example\r\n\r\n<script>") {
        let content = writer().content(&letter, Locale::En);
        assert!(!content.html().contains("<b>") && !content.html().contains("<script>"));
        let message = writer().write(5, AT, "jane@uni.example", (&letter, Locale::En), None).unwrap();
        assert_eq!(message.envelope().to().len(), 1);
        let formatted = String::from_utf8(message.formatted()).unwrap();
        assert!(!formatted.lines().any(|line| line.starts_with("Bcc")), "{formatted}");
    }
    let content = writer().content(&Letter::PasswordChanged { username: "O'Neil & <co>".to_owned() }, Locale::En);
    assert!(content.html().contains("Hello O&#39;Neil &amp; &lt;co&gt;,"));
    assert!(content.text().starts_with("Hello O'Neil & <co>,\n\n"));
    assert!(
        writer()
            .write(5, AT, "jane@uni.example>, <all@uni.example", (&Letter::AddressInUse, Locale::En), None)
            .is_err()
    );
}

#[test]
fn the_same_row_always_has_the_same_headers() {
    let formatted = || {
        let message = writer().write(42, AT, "jane@uni.example", (&Letter::AddressInUse, Locale::En), None).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    };
    let text = formatted();
    for header in [
        "Message-ID: <42@0a1b>",
        "Date: Fri, 15 Jan 2027 08:00:00 +0000",
        "From: Studyhall <hall@uni.example>",
        "To: jane@uni.example",
        "Subject: Your email address is already in use",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(text.lines().any(|line| line == header), "{header}\n{text}");
        assert!(formatted().contains(header));
    }
}

#[test]
fn the_letter_to_the_old_address_masks_the_new_one() {
    let [_, _, _, changed, ..] = letters("jane");
    let text = writer().content(&changed, Locale::En).text();
    assert!(text.contains("e***@far.example") && !text.contains("eve.x"), "{text}");
}

#[test]
fn a_letter_in_the_outbox_contains_no_secret() {
    for letter in letters("jane") {
        let row = serde_json::to_string(&letter).unwrap();
        assert!(!row.contains(writer().links.token("abc").expose_secret()), "{row}");
        assert_eq!(serde_json::from_str::<Letter>(&row).unwrap(), letter);
    }
}

#[test]
fn a_letter_about_a_booking_contains_topic_user_and_time() {
    let notices = [
        BookingNotice::Created,
        BookingNotice::Booked,
        BookingNotice::Rescheduled,
        BookingNotice::Cancelled,
        BookingNotice::Completed,
        BookingNotice::NoShow,
        BookingNotice::OtherNoShow,
        BookingNotice::Conflict,
        BookingNotice::SeatOffered,
        BookingNotice::WaitlistEnded,
        BookingNotice::Reminder,
    ];
    for notice in notices {
        let letter = Letter::Booking {
            username: "jane".to_owned(),
            notice,
            topic: "<b>Knots</b>\r\nBcc: all@uni.example".to_owned(),
            other: Some("mae".to_owned()),
            at: "Monday, 23 November 2026, 10:00 to 11:00 (Europe/Berlin)".to_owned(),
            details: Box::default(),
        };
        let content = writer().content(&letter, Locale::En);
        assert!(content.subject.len() <= 40, "{}", content.subject);
        for part in ["Hello jane,", "mae", "Knots", "23 November 2026, 10:00 to 11:00 (Europe/Berlin)"] {
            assert!(content.text().contains(part), "{part}: {}", content.text());
        }
        assert!(!content.html().contains("<b>"), "{}", content.html());
        assert!(!content.text().lines().any(|line| line.starts_with("Bcc")));
        let row = serde_json::to_string(&letter).unwrap();
        assert_eq!(serde_json::from_str::<Letter>(&row).unwrap(), letter);
    }
}

#[test]
fn letters_about_bookings_keep_their_names_in_the_outbox() {
    let row = |news: &str| {
        format!(r#"{{"kind":"booking","username":"jane","news":"{news}","topic":"Knots","other":"mae","at":"now"}}"#)
    };
    for (name, subject) in [
        ("made", "A session with you was booked"),
        ("booked", "You booked a session"),
        ("moved", "Your session was moved"),
        ("cancelled", "Your session was cancelled"),
        ("completed", "Your session was completed"),
        ("no_show", "An absence was recorded"),
        ("other_no_show", "An absence was recorded"),
        ("near", "Your session starts soon"),
    ] {
        let letter: Letter = serde_json::from_str(&row(name)).unwrap();
        assert_eq!(writer().content(&letter, Locale::En).subject, subject);
        assert_eq!(serde_json::to_string(&letter).unwrap(), row(name));
    }
}

#[test]
fn a_letter_turns_no_text_of_a_user_into_a_link() {
    let lure = "Your account is locked, see https://evil.example/x or www.evil.example, mail a@evil.example";
    let booking = Letter::Booking {
        username: "www.evil.example".to_owned(),
        notice: BookingNotice::Created,
        topic: lure.to_owned(),
        other: Some("evil.example".to_owned()),
        at: "now".to_owned(),
        details: Box::new(BookingDetails {
            location: Some(lure.to_owned()),
            question: Some(lure.to_owned()),
            reason: Some(lure.to_owned()),
            page: "/mentoring/bookings/bkg_1".to_owned(),
            ..BookingDetails::default()
        }),
    };
    for letter in
        letters("evil.example").iter().filter(|letter| !matches!(letter, Letter::EmailChanged { .. })).chain([&booking])
    {
        let content = writer().content(letter, Locale::En);
        for body in [content.text(), content.html()] {
            for address in ["https://evil", "www.evil", "evil.example", "@evil"] {
                assert!(!body.contains(address), "{body}");
            }
        }
    }
    let text = writer().content(&booking, Locale::En).text();
    assert!(text.contains("about \"Your account is locked"), "{text}");
}

#[test]
fn a_letter_about_a_registration_names_the_device_and_the_time() {
    let text = writer().content(&letters("jane")[1], Locale::En).text();
    assert!(text.contains("\"Firefox on Linux\" on Friday, 15 January 2027, 08:00 (UTC)"), "{text}");
    let older = r#"{"kind":"confirm_registration","username":"jane","nonce":"abc"}"#;
    assert!(
        writer().content(&serde_json::from_str(older).unwrap(), Locale::En).text().contains("Then you can sign in.\n")
    );
}

#[test]
fn a_letter_is_stored_with_its_language_and_written_in_it() {
    for letter in letters("jane") {
        let row = serde_json::to_string(&LetterRef { letter: &letter, locale: Locale::Ar }).unwrap();
        let stored: StoredLetter = serde_json::from_str(&row).unwrap();
        assert_eq!((&stored.letter, stored.locale), (&letter, Some(Locale::Ar)));
        // A row of an earlier version.
        let older: StoredLetter = serde_json::from_str(&serde_json::to_string(&letter).unwrap()).unwrap();
        assert_eq!((&older.letter, older.locale), (&letter, None));
        let html = writer().content(&letter, Locale::Ar).html();
        assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"), "{html}");
        assert!(html.contains("\u{2068}jane\u{2069}") || letter == Letter::AddressInUse, "{html}");
        let message = writer().write(5, AT, "jane@uni.example", (&letter, Locale::Fr), None).unwrap();
        let formatted = String::from_utf8(message.formatted()).unwrap();
        assert!(formatted.lines().any(|line| line == "Content-Language: fr"), "{formatted}");
    }
    let english = writer().content(&Letter::PasswordChanged { username: "jane".to_owned() }, Locale::En);
    assert!(english.html().contains("<html lang=\"en\">"));
    let mixed = writer().content(&Letter::PasswordChanged { username: "علي".to_owned() }, Locale::En);
    assert!(mixed.text().starts_with("Hello \u{2068}علي\u{2069},"), "{}", mixed.text());
}
