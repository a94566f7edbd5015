//! Which files are accepted, and under which names they are stored.

use rstest::rstest;
use serde_json::json;

use super::{PDF, stored_objects};
use crate::support::archives::{Entry, document, entry, open_document, overlapping_zip, zip};
use crate::support::pictures::{gif, png};
use crate::support::{Campus, Engine};

const OPEN_XML: &str = "application/vnd.openxmlformats-officedocument.";
const OPEN_DOCUMENT: &str = "application/vnd.oasis.opendocument.";

#[rstest]
#[tokio::test]
async fn the_type_of_a_file_is_detected_from_its_content(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let inner = zip(&[entry("a.txt", b"a")]);
    let ten_thousand: Vec<Entry> = (0..10_000).map(|number| entry(&format!("{number}"), b"")).collect();
    for (bytes, sent, kind, name) in [
        (PDF.to_vec(), "thesis.pdf", "application/pdf".to_owned(), "thesis.pdf"),
        (PDF.to_vec(), "C:\\\\fakepath\\\\thesis.docx", "application/pdf".to_owned(), "thesis.pdf"),
        ("名前,点\n花子,9".into(), "marks.csv", "text/plain".to_owned(), "marks.csv"),
        ("# Notes".into(), "notes.md", "text/plain".to_owned(), "notes.md"),
        ("<html><script>alert(1)</script>".into(), "page.html", "text/plain".to_owned(), "page.txt"),
        ("#!/bin/sh".into(), "../../run.sh", "text/plain".to_owned(), "run.txt"),
        (inner.clone(), "notes.zip", "application/zip".to_owned(), "notes.zip"),
        (zip(&[entry("inner.zip", &inner)]), "outer.jpg", "application/zip".to_owned(), "outer.zip"),
        (zip(&[]), "empty.zip", "application/zip".to_owned(), "empty.zip"),
        (zip(&ten_thousand), "many.zip", "application/zip".to_owned(), "many.zip"),
        (document("word/document.xml", &[]), "a.zip", format!("{OPEN_XML}wordprocessingml.document"), "a.docx"),
        (document("word/document2.xml", &[]), "a.docm", format!("{OPEN_XML}wordprocessingml.document"), "a.docx"),
        (document("xl/workbook.xml", &[]), "a.xlsx", format!("{OPEN_XML}spreadsheetml.sheet"), "a.xlsx"),
        (document("ppt/presentation.xml", &[]), "a", format!("{OPEN_XML}presentationml.presentation"), "a.pptx"),
        (open_document("text", &[]), "a.odt", format!("{OPEN_DOCUMENT}text"), "a.odt"),
        (open_document("spreadsheet", &[]), "a.ods", format!("{OPEN_DOCUMENT}spreadsheet"), "a.ods"),
        (open_document("presentation", &[]), "a.odp", format!("{OPEN_DOCUMENT}presentation"), "a.odp"),
    ] {
        let file = ada.upload_file(&bytes, sent).await;
        let stored = json!([file["mediaType"], file["name"], file["byteSize"]]);
        assert_eq!(stored, json!([kind, name, bytes.len()]), "{sent}");
        assert_eq!(ada.download(&file["url"]).await, bytes, "{sent} is stored as it was sent");
    }
    let unnamed = ada.send_upload(super::UPLOAD, "filename=\"\"\r\nContent-Type: text/plain", b"text").await;
    assert_eq!(unnamed.field("uploadFile")["file"]["name"], "file.txt");
}

#[rstest]
#[tokio::test]
async fn other_types_macros_and_ambiguous_archives_are_rejected(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let campus = Campus::start_with(engine, &["--rate-limits=off"]).await;
    let ada = campus.member("ada").await;
    let plain = zip(&[entry("a.txt", b"a"), entry("b.txt", b"b")]);
    let with = |change: &dyn Fn(&mut Entry)| {
        let mut changed = entry("b.txt", b"b");
        change(&mut changed);
        zip(&[entry("a.txt", b"a"), changed])
    };
    let mut other_count = plain.clone();
    let end = plain.len() - 22;
    other_count[end + 8] = 1;
    other_count[end + 10] = 1;
    let mut in_parts = plain.clone();
    in_parts[end + 4] = 1;
    let mut with_locator = plain[..end].to_vec();
    with_locator.extend([b"PK\x06\x07".as_slice(), &[0; 16]].concat());
    with_locator.extend(&plain[end..]);
    let too_many: Vec<Entry> = (0..10_001).map(|number| entry(&format!("{number}"), b"")).collect();
    for (what, bytes) in [
        ("nothing", Vec::new()),
        ("an image", png(8, 8)),
        ("an animation", gif(2)),
        ("a drawing", b"<?xml version=\"1.0\"?>\n<!-- a -->\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()),
        ("a program", b"\x7FELF\x02\x01\x01\0\0\0".to_vec()),
        ("text with NUL", b"a\0b".to_vec()),
        ("text in UTF-16", b"\xFF\xFEa\0b\0".to_vec()),
        ("text in Latin-1", b"caf\xE9".to_vec()),
        ("an old document", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec()),
        ("a compressed tar", b"\x1F\x8B\x08\0".to_vec()),
        ("a document with macros", document("word/document.xml", &["word/vbaProject.bin"])),
        ("a table with macros", document("xl/workbook.xml", &["xl/macrosheets/sheet1.xml"])),
        ("macros in capitals", document("xl/workbook.xml", &["XL/VBAPROJECT.BIN"])),
        ("an OpenDocument text with macros", open_document("text", &["Basic/Standard/Module1.xml"])),
        ("an OpenDocument text with scripts", open_document("text", &["Scripts/python/run.py"])),
        ("a drawing of OpenDocument", open_document("graphics", &[])),
        ("two documents in one", document("word/document.xml", &["xl/workbook.xml"])),
        ("another package", document("Documents/1/Pages/1.fpage", &[])),
        ("a book", zip(&[entry("mimetype", b"application/epub+zip"), entry("META-INF/container.xml", b"x")])),
        ("a Java program", zip(&[entry("META-INF/MANIFEST.MF", b"Main-Class: A"), entry("A.class", b"x")])),
        ("a type behind other entries", zip(&[entry("a", b""), entry("mimetype", b"application/vnd.oasis")])),
        ("an encrypted entry", with(&|entry| entry.flags = 1)),
        ("an encrypted directory", with(&|entry| entry.flags = 1 << 13)),
        ("another name before the entry", with(&|entry| entry.local_name = Some("c.txt".to_owned()))),
        ("sizes of ZIP64", with(&|entry| entry.extra = [&[1, 0, 8, 0][..], &[0; 8]].concat())),
        ("an entry outside", with(&|entry| entry.name = "../b.txt".to_owned())),
        ("the same name twice", with(&|entry| entry.name = "a.txt".to_owned())),
        ("a directory of ZIP64", with_locator),
        ("overlapping entries", overlapping_zip()),
        ("an archive in parts", in_parts),
        ("a hidden entry", other_count),
        ("10,001 entries", zip(&too_many)),
        ("half an archive", plain[..plain.len() / 2].to_vec()),
        ("an archive behind a text", [b"text".as_slice(), &plain].concat()),
        ("an archive before a text", [plain.as_slice(), b"text"].concat()),
    ] {
        let refused = ada.try_upload_file(&bytes, "thesis.pdf").await;
        assert_eq!(refused.refusals("uploadFile"), ["UNSUPPORTED_MEDIA input.file"], "{what}");
        assert_eq!(refused.field("uploadFile")["file"], json!(null));
    }
    assert_eq!(stored_objects(&campus), 0, "nothing is stored");
}

#[rstest]
#[tokio::test]
async fn a_file_has_its_own_maximum_size(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--max-file-bytes=100", "--max-upload-bytes=2000"]).await;
    let ada = campus.member("ada").await;
    ada.upload_file(&[b'a'; 100], "a.txt").await;
    let refused = ada.try_upload_file(&[b'a'; 101], "a.txt").await;
    assert_eq!(refused.refusals("uploadFile"), ["TOO_LARGE input.file"]);
    assert_eq!(refused.field("uploadFile")["userErrors"][0]["limit"], 100);
    let refused = ada.try_upload_file(&[b'a'; 5_000], "a.txt").await;
    assert_eq!(refused.refusals("uploadFile"), ["TOO_LARGE input.file"]);

    // An image is not larger because a file can be.
    let campus = Campus::start_with(engine, &["--max-file-bytes=5000", "--max-upload-bytes=100"]).await;
    let ada = campus.member("ada").await;
    ada.upload_file(&[b'a'; 4_000], "a.txt").await;
    assert_eq!(ada.upload(&png(300, 300)).await.refusals("uploadImage"), ["TOO_LARGE input.file"]);
}

#[rstest]
#[tokio::test]
async fn images_and_files_share_quota_and_rate_limit(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start_with(engine, &["--max-images-per-user=2"]).await;
    let (ada, grace) = (campus.member("ada").await, campus.member("grace").await);
    ada.upload_image(&png(2, 2)).await;
    ada.file_id("a file").await;
    assert_eq!(ada.try_upload_file(b"more", "a.txt").await.refusals("uploadFile"), ["QUOTA_EXCEEDED input.file"]);
    assert_eq!(ada.upload(&png(2, 2)).await.refusals("uploadImage"), ["QUOTA_EXCEEDED input.file"]);
    grace.file_id("a file").await;
    for _ in 0..49 {
        assert_eq!(grace.upload(b"").await.codes(), Vec::<String>::new());
    }
    assert_eq!(grace.try_upload_file(b"more", "a.txt").await.codes(), ["RATE_LIMITED"]);

    let campus = Campus::start_with(engine, &["--max-image-bytes-per-user=2500"]).await;
    let ada = campus.member("ada").await;
    ada.upload_file(&[b'a'; 2_400], "a.txt").await;
    let refused = ada.try_upload_file(&[b'a'; 101], "a.txt").await;
    assert_eq!(refused.refusals("uploadFile"), ["QUOTA_EXCEEDED input.file"]);
    assert_eq!(refused.field("uploadFile")["userErrors"][0]["limit"], 2_500);
    assert_eq!(stored_objects(&campus), 1);
}

#[rstest]
#[tokio::test]
async fn only_members_upload_files(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    assert_eq!(campus.anonymous().try_upload_file(b"text", "a.txt").await.codes(), ["UNAUTHENTICATED"]);
    let guest = campus.guest("owl").await;
    assert_eq!(guest.try_upload_file(b"text", "a.txt").await.codes(), ["FORBIDDEN"]);
}
