//! The names of files: what a device shows to the members who download them.

use unicode_normalization::UnicodeNormalization;

use crate::media::FileType;
use crate::text::{is_blank, visible_name};

/// In characters, with the extension.
const MAX_LENGTH: usize = 120;

const UNNAMED: &str = "file";

/// A longer text after the last dot is a part of the name.
const MAX_EXTENSION_LENGTH: usize = 10;

/// Returns the name under which a file is stored: the last path segment of the sent name in normalization form C, without
/// control and direction characters, and with an extension of its type.
pub(super) fn clean(sent: Option<&str>, kind: FileType) -> String {
    let segment = sent.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let text = visible_name(&segment.nfc().collect::<String>());
    // Windows drops dots and spaces at the end, and with them an extension would become another one.
    let text = text.trim_end_matches(|c: char| c == '.' || c.is_whitespace()).trim_start();
    let (stem, extension) = split_extension(text);
    let extension = match extension {
        Some(extension) if kind.extensions().contains(&extension.to_ascii_lowercase().as_str()) => extension,
        _ => kind.extensions().first().copied().unwrap_or_default(),
    };
    let room = MAX_LENGTH.saturating_sub(extension.len() + 1);
    let stem: String = stem.chars().take(room).collect();
    let stem = stem.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    format!("{}.{extension}", if is_blank(stem) { UNNAMED } else { stem })
}

/// Splits a name at its last dot, if letters or digits follow, with a letter among them: the end of `v1.2` is no extension.
fn split_extension(name: &str) -> (&str, Option<&str>) {
    let is_extension = |text: &str| {
        text.len() <= MAX_EXTENSION_LENGTH
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().any(|byte| byte.is_ascii_alphabetic())
    };
    match name.rsplit_once('.') {
        Some((stem, extension)) if is_extension(extension) => (stem, Some(extension)),
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_last_segment_with_an_extension_of_the_type() {
        for (sent, kind, name) in [
            ("thesis.pdf", FileType::Pdf, "thesis.pdf"),
            ("THESIS.PDF", FileType::Pdf, "THESIS.PDF"),
            ("C:\\Users\\ada\\thesis.pdf", FileType::Pdf, "thesis.pdf"),
            ("../../etc/passwd", FileType::Text, "passwd.txt"),
            ("setup.exe", FileType::Pdf, "setup.pdf"),
            ("invoice.pdf.exe", FileType::Zip, "invoice.pdf.zip"),
            ("page.html", FileType::Text, "page.txt"),
            ("marks.csv", FileType::Text, "marks.csv"),
            ("README.md", FileType::Text, "README.md"),
            ("notes v1.2", FileType::Docx, "notes v1.2.docx"),
            ("Dr. Ada", FileType::Pdf, "Dr. Ada.pdf"),
            ("setup.exe. . ", FileType::Pdf, "setup.pdf"),
            ("annexe\u{202E}fdp.exe", FileType::Pdf, "annexefdp.pdf"),
            ("a\0b\n\u{7}c.txt", FileType::Text, "abc.txt"),
            ("re\u{301}sume\u{301}.odt", FileType::Odt, "r\u{e9}sum\u{e9}.odt"),
            ("แผนที่.zip", FileType::Zip, "แผนที่.zip"),
            (".pdf", FileType::Pdf, "file.pdf"),
            ("...", FileType::Pdf, "file.pdf"),
            ("folder/", FileType::Pdf, "file.pdf"),
            ("\u{3164}\u{200B}.pdf", FileType::Pdf, "file.pdf"),
        ] {
            assert_eq!(clean(Some(sent), kind), name, "{sent:?}");
            assert_eq!(clean(Some(name), kind), name, "{name:?}");
        }
        assert_eq!(clean(None, FileType::Text), "file.txt");
    }

    #[test]
    fn a_long_name_is_cut_before_its_extension() {
        let name = clean(Some(&format!("{}.pdf", "é".repeat(500))), FileType::Pdf);
        assert_eq!(name, format!("{}.pdf", "é".repeat(116)));
        assert_eq!(name.chars().count(), MAX_LENGTH);
    }
}
