//! The mail that a campus sent, read from its outbox directory.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use studyhall::db::Query;

use super::Campus;

impl Campus {
    /// Returns all letters to an address, oldest first, once there are `count` and none is waiting. More are an error: a test
    /// that looks at the last one would see another when the mail worker is slow. Those about sign-ins are left out: most
    /// tests sign their members in on more devices.
    pub async fn letters_to(&self, address: &str, count: usize) -> Vec<String> {
        exactly(count, self.wait_for_letters(address, count, || self.delivered_letters(address)).await)
    }

    /// Like `letters_to`, with those about sign-ins.
    pub async fn all_letters_to(&self, address: &str, count: usize) -> Vec<String> {
        exactly(count, self.wait_for_letters(address, count, || self.all_delivered_letters(address)).await)
    }

    /// Like `letters_to`, however many there are: at least one.
    pub async fn letters_so_far(&self, address: &str) -> Vec<String> {
        self.wait_for_letters(address, 1, || self.delivered_letters(address)).await
    }

    /// Returns all letters to an address once there are at least `count` and none is waiting.
    async fn wait_for_letters(&self, address: &str, count: usize, read: impl Fn() -> Vec<String>) -> Vec<String> {
        let mut delivered = self.app.mail.tally();
        loop {
            let waiting = self.waiting_letters(address).await;
            let letters = read();
            if waiting == 0 && letters.len() >= count {
                return letters;
            }
            delivered.changed().await.expect("the mail worker runs");
        }
    }

    /// Waits until the mail worker has delivered everything. Until then it executes statements.
    pub async fn all_mail_delivered(&self) {
        let mut delivered = self.app.mail.tally();
        while self.waiting_letters("%").await > 0 {
            delivered.changed().await.expect("the mail worker runs");
        }
    }

    /// Returns how many letters to recipients like this one are waiting or being sent.
    async fn waiting_letters(&self, recipient: &str) -> i64 {
        let sql = "select count(*) from outbox where recipient like $1";
        let (count,): (i64,) = self.app.db.one(sql, &[&recipient]).await.expect("the outbox");
        count
    }

    /// Returns the token in the last of `count` letters to an address.
    pub async fn mailed_token(&self, address: &str, count: usize) -> String {
        token_in(self.letters_to(address, count).await.last().expect("a letter came"))
    }

    pub fn delivered_letters(&self, address: &str) -> Vec<String> {
        let mut letters = self.all_delivered_letters(address);
        letters.retain(|letter| !letter.contains("Subject: New sign-in to your account"));
        letters
    }

    fn all_delivered_letters(&self, address: &str) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(self.app.config.outbox_dir()) else { return Vec::new() };
        let mut paths: Vec<_> = files.filter_map(|file| Some(file.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        paths.sort();
        let letters = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
        letters.filter(|letter| letter.contains(&format!("To: {address}"))).collect()
    }
}

fn exactly(count: usize, letters: Vec<String>) -> Vec<String> {
    assert_eq!(letters.len(), count, "{letters:?}");
    letters
}

/// Returns the token of a letter, which has a line of its own.
pub fn token_in(letter: &str) -> String {
    let is_token =
        |line: &&str| line.len() == 43 && line.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    part(letter, "text/plain").lines().map(str::trim).find(is_token).expect("the letter has a token").to_owned()
}

/// Returns the decoded part of a letter that has this type.
pub fn part(letter: &str, kind: &str) -> String {
    let start = letter.find(&format!("Content-Type: {kind}")).expect("the part is there");
    let (head, rest) = letter[start..].split_once("\r\n\r\n").expect("a part has a body");
    // A line of the text can begin like a boundary.
    let boundaries = letter.split("boundary=\"").skip(1).filter_map(|text| text.split('"').next());
    let end = boundaries.filter_map(|boundary| rest.find(&format!("\r\n--{boundary}"))).min();
    let body = &rest[..end.expect("a boundary ends the part")];
    match head.split("Content-Transfer-Encoding: ").nth(1).and_then(|rest| rest.lines().next()) {
        Some("quoted-printable") => decode_quoted(body),
        Some("base64") => String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).expect("base64")).expect("text"),
        _ => body.to_owned(),
    }
}

fn decode_quoted(body: &str) -> String {
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'=' {
            let digits = std::str::from_utf8(&tail[..2]).expect("two digits");
            bytes.push(u8::from_str_radix(digits, 16).expect("hexadecimal"));
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).expect("text")
}
