//! Detects the type of a file for download from its content. The name and the media type that the client sent do not count.

use super::archive::{self, Archive};
use crate::db::text_enum;

/// The type of a stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    Pdf,
    /// UTF-8, also CSV and Markdown.
    Text,
    Zip,
    Docx,
    Xlsx,
    Pptx,
    Odt,
    Ods,
    Odp,
}

text_enum!(FileType {
    Pdf => "application/pdf",
    Text => "text/plain",
    Zip => "application/zip",
    Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    Odt => "application/vnd.oasis.opendocument.text",
    Ods => "application/vnd.oasis.opendocument.spreadsheet",
    Odp => "application/vnd.oasis.opendocument.presentation",
});

impl FileType {
    /// The file name extensions of the type, in lower case, the usual one first. Those of texts are those that no program
    /// executes or shows as a page.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Text => &["txt", "text", "csv", "tsv", "md", "markdown", "tex", "bib", "log", "json"],
            Self::Zip => &["zip"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Odt => &["odt"],
            Self::Ods => &["ods"],
            Self::Odp => &["odp"],
        }
    }
}

/// Why a file is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// Not of an accepted type.
    Unsupported,
    Image,
    Empty,
    /// An archive whose directory does not agree with its content.
    Damaged,
    Encrypted,
    Macros,
    TooManyEntries,
}

/// Returns the type of a file.
pub(super) fn detect(bytes: &[u8]) -> Result<FileType, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if is_image(bytes) {
        return Err(FileError::Image);
    }
    if let [b'%', b'P', b'D', b'F', b'-', b'1'..=b'9', b'.', b'0'..=b'9', ..] = bytes {
        return Ok(FileType::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return type_of_archive(&archive::list(bytes)?);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(FileError::Unsupported),
        Ok(text) if is_svg(text) => Err(FileError::Image),
        Ok(_) => Ok(FileType::Text),
        Err(_) => Err(FileError::Unsupported),
    }
}

/// Recognizes images that are uploaded as such, and those that could pass as text.
fn is_image(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || bytes.starts_with(b"\xFF\xD8\xFF")
        || bytes.starts_with(b"GIF87a")
        || bytes.starts_with(b"GIF89a")
        || matches!(bytes, [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..])
}

/// Returns true for XML whose root element is `svg`.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{FEFF}').trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            ">"
        } else {
            break;
        };
        let Some(at) = rest.find(end) else { return false };
        rest = rest[at + end.len()..].trim_start();
        // The rest of a document type with declarations.
        rest = rest.strip_prefix("]>").unwrap_or(rest).trim_start();
    }
    let Some(tag) = rest.strip_prefix('<') else { return false };
    let name = tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next().unwrap_or_default();
    name.rsplit(':').next().is_some_and(|local| local.eq_ignore_ascii_case("svg"))
}

/// The programs and packages that are ZIP archives too, by an entry that all of them have.
const OTHER_PACKAGES: [&str; 3] = ["META-INF/MANIFEST.MF", "AndroidManifest.xml", "META-INF/container.xml"];

/// The content types of an Office Open XML file.
const CONTENT_TYPES: &str = "[content_types].xml";

/// The main parts of Office Open XML files. Some programs number theirs: `word/document2.xml`.
const OPEN_XML: [(&str, FileType); 3] =
    [("word/document", FileType::Docx), ("xl/workbook", FileType::Xlsx), ("ppt/presentation", FileType::Pptx)];

const OPEN_DOCUMENT: [FileType; 3] = [FileType::Odt, FileType::Ods, FileType::Odp];

/// Returns the type of an archive by the names of its entries. Macros are recognized by the names that programs give to
/// them. Under other names they do not run: the extension of the stored name is that of documents without macros.
fn type_of_archive(archive: &Archive<'_>) -> Result<FileType, FileError> {
    let has = |name: &str| archive.names().any(|other| other.eq_ignore_ascii_case(name));
    if let Some(media_type) = archive.stored_content("mimetype") {
        let kind = OPEN_DOCUMENT.into_iter().find(|kind| kind.as_str().as_bytes() == media_type);
        let kind = kind.ok_or(FileError::Unsupported)?;
        return if archive.names().any(|name| has_prefix(name, &["Basic/", "Scripts/"])) {
            Err(FileError::Macros)
        } else if has("content.xml") {
            Ok(kind)
        } else {
            Err(FileError::Damaged)
        };
    }
    if has("mimetype") || OTHER_PACKAGES.iter().any(|name| has(name)) {
        return Err(FileError::Unsupported);
    }
    if !has(CONTENT_TYPES) {
        return Ok(FileType::Zip);
    }
    let is_macro = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.ends_with("vbaproject.bin") || name.ends_with("vbadata.xml") || name.contains("/macrosheets/")
    };
    if archive.names().any(is_macro) {
        return Err(FileError::Macros);
    }
    let is_main_part = |name: &str, stem: &str| {
        let name = name.to_ascii_lowercase();
        let number = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(".xml"));
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let kinds: Vec<FileType> = OPEN_XML
        .into_iter()
        .filter(|(stem, _)| archive.names().any(|name| is_main_part(name, stem)))
        .map(|(_, kind)| kind)
        .collect();
    match kinds[..] {
        [kind] => Ok(kind),
        _ => Err(FileError::Unsupported),
    }
}

fn has_prefix(name: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|prefix| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
}
