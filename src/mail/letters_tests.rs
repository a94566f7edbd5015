use super::*;

const AT: Timestamp = Timestamp(1_800_000_000_000_000);

fn writer() -> Writer {
    let url = Url::parse("https://hall.example:8443").unwrap();
    let links = LinkKey(aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &[7; 32]));
    Writer::new(&url, "hall@uni.example", links).unwrap()
}

fn letters(username: &str) -> [Letter; 11] {
    let (username, nonce) = (username.to_owned(), "abc".to_owned());
    let named = || (username.clone(), nonce.clone());
    let with_link = |make: fn(String, String) -> Letter| {
        let (username, nonce) = named();
        make(username, nonce)
    };
    [
        with_link(|username, nonce| Letter::ConfirmEmail { username, nonce }),
        with_link(|username, nonce| Letter::ConfirmRegistration { username, nonce }),
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
        Letter::AccountDeleted { username },
    ]
}

#[test]
fn a_link_stands_in_both_parts_and_its_token_on_a_line_of_its_own() {
    let writer = writer();
    let token = writer.links.token("abc");
    let token = token.expose_secret();
    assert_eq!(token.len(), 43);
    let pages = ["confirm-email", "confirm-email", "confirm-email", "undo-email-change", "reset-password"];
    for (letter, page) in letters("jane").iter().zip(pages) {
        let content = writer.content(letter);
        let address = format!("https://hall.example:8443/{page}#token={token}");
        assert!(content.text().lines().any(|line| line == address), "{}", content.text());
        assert!(content.text().lines().any(|line| line == token), "{}", content.text());
        assert!(content.html().contains(&format!("<a href=\"{address}\">")), "{}", content.html());
    }
}

#[test]
fn links_say_how_long_they_hold() {
    let holds = ["24 hours", "24 hours", "1 hour", "7 days", "30 minutes"];
    for (letter, hold) in letters("jane").iter().zip(holds) {
        assert!(writer().content(letter).text().contains(hold), "{letter:?}");
    }
}

#[test]
fn every_letter_has_a_short_subject_and_says_what_to_do() {
    for letter in letters("jane") {
        let content = writer().content(&letter);
        assert!(content.subject.len() <= 40, "{}", content.subject);
        assert!(content.text().is_ascii(), "only what people wrote needs an encoding");
        let is_for_strangers = ["not you", "did not", "do not know"].iter().any(|words| content.after.contains(words));
        assert!(is_for_strangers, "{}", content.after);
    }
}

#[test]
fn nobody_writes_headers_or_tags_with_a_name() {
    for letter in letters("<b>&\"x'\r\nBcc: all@uni.example\r\n\r\n<script>") {
        let content = writer().content(&letter);
        assert!(!content.html().contains("<b>") && !content.html().contains("<script>"));
        let message = writer().write(5, AT, "jane@uni.example", &letter).unwrap();
        assert_eq!(message.envelope().to().len(), 1);
        let formatted = String::from_utf8(message.formatted()).unwrap();
        assert!(!formatted.lines().any(|line| line.starts_with("Bcc")), "{formatted}");
    }
    let content = writer().content(&Letter::PasswordChanged { username: "O'Neil & <co>".to_owned() });
    assert!(content.html().contains("Hello O&#39;Neil &amp; &lt;co&gt;,"));
    assert!(content.text().starts_with("Hello O'Neil & <co>,\n\n"));
    assert!(writer().write(5, AT, "jane@uni.example>, <all@uni.example", &Letter::AddressInUse).is_err());
}

#[test]
fn the_same_row_makes_the_same_headers() {
    let formatted = || {
        let message = writer().write(42, AT, "jane@uni.example", &Letter::AddressInUse).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    };
    let text = formatted();
    for header in [
        "Message-ID: <42@hall.example>",
        "Date: Fri, 15 Jan 2027 08:00:00 +0000",
        "From: Studyhall <hall@uni.example>",
        "To: jane@uni.example",
        "Subject: Your address stays with your account",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(text.lines().any(|line| line == header), "{header}\n{text}");
        assert!(formatted().contains(header));
    }
}

#[test]
fn the_old_mailbox_learns_only_a_part_of_the_new_address() {
    let [_, _, _, changed, ..] = letters("jane");
    let text = writer().content(&changed).text();
    assert!(text.contains("e***@far.example") && !text.contains("eve.x"), "{text}");
}

#[test]
fn a_letter_waits_without_any_secret() {
    for letter in letters("jane") {
        let row = serde_json::to_string(&letter).unwrap();
        assert!(!row.contains(writer().links.token("abc").expose_secret()), "{row}");
        assert_eq!(serde_json::from_str::<Letter>(&row).unwrap(), letter);
    }
}

#[test]
fn a_letter_of_a_booking_says_what_with_whom_and_when() {
    for news in [BookingNews::IdempotentRecord, BookingNews::Moved, BookingNews::Cancelled, BookingNews::Near] {
        let letter = Letter::Booking {
            username: "jane".to_owned(),
            news,
            topic: "<b>Knots</b>\r\nBcc: all@uni.example".to_owned(),
            other: Some("mae".to_owned()),
            at: "Monday, 23 November 2026, 10:00 to 11:00 (Europe/Berlin)".to_owned(),
        };
        let content = writer().content(&letter);
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
