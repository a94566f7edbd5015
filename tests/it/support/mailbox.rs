//! The mail that a campus sent, read from its outbox directory.

use super::Campus;

impl Campus {
    /// Returns the letters to an address, oldest first, as soon as there are at least `count`.
    pub async fn letters_to(&self, address: &str, count: usize) -> Vec<String> {
        let mut delivered = self.app.mail.tally();
        loop {
            let letters = self.delivered_letters(address);
            if letters.len() >= count {
                return letters;
            }
            delivered.changed().await.expect("the mail worker runs");
        }
    }

    /// Returns the token in the newest letter to an address; the token has a line of its own.
    pub async fn mailed_token(&self, address: &str, count: usize) -> String {
        let letters = self.letters_to(address, count).await;
        let letter = letters.last().expect("a letter came");
        let is_token =
            |line: &&str| line.len() == 43 && line.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        letter.lines().map(str::trim).find(is_token).expect("the letter has a token").to_owned()
    }

    pub fn delivered_letters(&self, address: &str) -> Vec<String> {
        let Ok(files) = std::fs::read_dir(self.app.config.outbox_dir()) else { return Vec::new() };
        let mut paths: Vec<_> = files.filter_map(|file| Some(file.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
        paths.sort();
        let letters = paths.iter().filter_map(|path| std::fs::read_to_string(path).ok());
        letters.filter(|letter| letter.contains(&format!("To: {address}"))).collect()
    }
}
