//! ZIP archives, well-formed and not.

/// An entry of an archive, stored without compression.
#[derive(Clone, Default)]
pub struct Entry {
    pub name: String,
    pub content: Vec<u8>,
    /// The general purpose flags, in both headers.
    pub flags: u16,
    /// The extra field in the directory.
    pub extra: Vec<u8>,
    /// The name in the header before the entry, if it is another one.
    pub local_name: Option<String>,
}

pub fn entry(name: &str, content: &[u8]) -> Entry {
    Entry { name: name.to_owned(), content: content.to_vec(), ..Entry::default() }
}

/// An archive with these entries.
pub fn zip(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let start = bytes.len();
        bytes.extend(local_header(entry));
        bytes.extend(&entry.content);
        directory.extend(central_header(entry, start));
    }
    finish(bytes, entries.len(), &directory)
}

/// An archive of two entries, the second of which lies within the content of the first.
pub fn overlapping_zip() -> Vec<u8> {
    let inner = entry("inner.txt", b"content");
    let content = [local_header(&inner), inner.content.clone()].concat();
    let outer = Entry { content, ..entry("outer.txt", b"") };
    let inner_start = local_header(&outer).len();
    let bytes = [local_header(&outer), outer.content.clone()].concat();
    let directory = [central_header(&outer, 0), central_header(&inner, inner_start)].concat();
    finish(bytes, 2, &directory)
}

/// A document of an office program, with these further entries.
pub fn document(main_part: &str, more: &[&str]) -> Vec<u8> {
    let names = ["[Content_Types].xml", "_rels/.rels", main_part].into_iter().chain(more.iter().copied());
    zip(&names.map(|name| entry(name, b"<xml/>")).collect::<Vec<_>>())
}

/// An OpenDocument file of this type, with these further entries.
pub fn open_document(kind: &str, more: &[&str]) -> Vec<u8> {
    let mimetype = entry("mimetype", format!("application/vnd.oasis.opendocument.{kind}").as_bytes());
    let names = ["content.xml", "META-INF/manifest.xml"].into_iter().chain(more.iter().copied());
    zip(&[mimetype].into_iter().chain(names.map(|name| entry(name, b"<xml/>"))).collect::<Vec<_>>())
}

fn local_header(entry: &Entry) -> Vec<u8> {
    let name = entry.local_name.as_ref().unwrap_or(&entry.name);
    let mut header = b"PK\x03\x04\x14\0".to_vec();
    header.extend(entry.flags.to_le_bytes());
    // Not compressed; no time.
    header.extend([0; 6]);
    header.extend(sizes(entry));
    header.extend(short(name.len()));
    header.extend(short(0));
    header.extend(name.as_bytes());
    header
}

fn central_header(entry: &Entry, start: usize) -> Vec<u8> {
    let mut header = b"PK\x01\x02\x14\0\x14\0".to_vec();
    header.extend(entry.flags.to_le_bytes());
    header.extend([0; 6]);
    header.extend(sizes(entry));
    header.extend(short(entry.name.len()));
    header.extend(short(entry.extra.len()));
    header.extend([0; 10]);
    header.extend(long(start));
    header.extend(entry.name.as_bytes());
    header.extend(&entry.extra);
    header
}

/// The checksum, which the server does not read, and the sizes.
fn sizes(entry: &Entry) -> Vec<u8> {
    [[0; 4], long(entry.content.len()), long(entry.content.len())].concat()
}

fn finish(mut bytes: Vec<u8>, count: usize, directory: &[u8]) -> Vec<u8> {
    let start = bytes.len();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(short(count));
    bytes.extend(short(count));
    bytes.extend(long(directory.len()));
    bytes.extend(long(start));
    bytes.extend(short(0));
    bytes
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("a short number").to_le_bytes()
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("a small number").to_le_bytes()
}
