//! Colours are stored as sRGB, whatever the file describes them by.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageEncoder, ImageFormat, Luma, Rgb, RgbImage};
use moxcms::ColorProfile;
use rstest::rstest;
use serde_json::json;

use crate::support::pictures::{encode, flat_jpeg, segment, with_chunks};
use crate::support::{Campus, Engine, Person};

/// Returns the colour in the middle of an uploaded file as it is stored.
async fn stored_colour(person: &Person, file: &[u8]) -> [u8; 3] {
    let image = person.upload_image(file).await;
    let picture = image::load_from_memory(&person.download(&image["full"]).await).expect("a picture").into_rgb8();
    picture.get_pixel(picture.width() / 2, picture.height() / 2).0
}

fn is_near(colour: [u8; 3], expected: [u8; 3]) -> bool {
    // JPEG changes colours by some steps.
    colour.iter().zip(expected).all(|(one, other)| one.abs_diff(other) <= 3)
}

fn jpeg_with_profile(colour: [u8; 3], icc: Vec<u8>) -> Vec<u8> {
    let picture = RgbImage::from_pixel(32, 32, Rgb(colour));
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 100);
    encoder.set_icc_profile(icc).expect("JPEG has profiles");
    encoder.write_image(&picture, 32, 32, ExtendedColorType::Rgb8).expect("it encodes");
    bytes
}

fn png_with_profile(picture: &DynamicImage, icc: Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(icc).expect("PNG has profiles");
    encoder.write_image(picture.as_bytes(), 32, 32, picture.color().into()).expect("it encodes");
    bytes
}

#[rstest]
#[tokio::test]
async fn colours_are_converted_to_srgb(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let plain = [180, 90, 60];
    let rgb = DynamicImage::from(RgbImage::from_pixel(32, 32, Rgb(plain)));
    let p3 = ColorProfile::new_display_p3().encode().expect("a profile");
    let adobe = ColorProfile::new_adobe_rgb().encode().expect("a profile");
    let grey = ColorProfile::new_gray_with_gamma(1.0).encode().expect("a profile");
    let linear = DynamicImage::from(GrayImage::from_pixel(32, 32, Luma([55])));
    let still = encode(rgb.clone(), ImageFormat::Png);
    for (name, file, expected) in [
        ("no profile", still.clone(), plain),
        // Computed from the primaries and the curves of the two spaces, as CSS Color 4 does.
        ("Display P3, JPEG", jpeg_with_profile(plain, p3.clone()), [193, 86, 50]),
        ("Display P3, PNG", png_with_profile(&rgb, p3), [193, 86, 50]),
        ("Adobe RGB", png_with_profile(&rgb, adobe.clone()), [205, 90, 56]),
        ("linear grey", png_with_profile(&linear, grey.clone()), [128, 128, 128]),
        ("a profile for grey in a colour image", png_with_profile(&rgb, grey), plain),
        ("a damaged profile", png_with_profile(&rgb, adobe[..200].to_vec()), plain),
        // Display P3 with the curve of sRGB.
        ("cICP", with_chunks(&still, &[(b"cICP", &[12, 13, 0, 1])]), [193, 86, 50]),
        ("cICP with unknown codes", with_chunks(&still, &[(b"cICP", &[200, 200, 0, 1])]), plain),
        ("linear", with_chunks(&still, &[(b"gAMA", &100_000_u32.to_be_bytes())]), [219, 160, 133]),
        ("the gamma of sRGB", with_chunks(&still, &[(b"gAMA", &45_455_u32.to_be_bytes())]), plain),
        ("sRGB before gamma", with_chunks(&still, &[(b"sRGB", &[0]), (b"gAMA", &100_000_u32.to_be_bytes())]), plain),
    ] {
        let colour = stored_colour(&ada, &file).await;
        assert!(is_near(colour, expected), "{name}: {colour:?} instead of {expected:?}");
    }
}

/// The segment by which programs of Adobe say that inks are inverted: 0 for CMYK, 2 for YCCK.
fn adobe(transform: u8) -> Vec<u8> {
    segment(0xEE, &[&b"Adobe\0d\0\0\0\0"[..], &[transform]].concat())
}

/// A profile of a press on which cyan ink is a medium grey, no ink is white, and everything else is black.
fn press_with_grey_cyan() -> Vec<u8> {
    let identity: Vec<u8> = (0..=255).collect();
    let inks = (0..16).flat_map(|inks| match inks {
        0 => [255, 128, 128],
        8 => [128, 128, 128],
        _ => [0, 128, 128],
    });
    let one = [0, 1, 0, 0];
    let zero = [0; 4];
    let matrix = [one, zero, zero, zero, one, zero, zero, zero, one].concat();
    let table = [&b"mft1\0\0\0\0\x04\x03\x02\0"[..], &matrix, &identity.repeat(4), &inks.collect::<Vec<u8>>()].concat();
    let table = [table, identity.repeat(3)].concat();
    let length = |bytes: usize| u32::try_from(bytes).expect("short").to_be_bytes();
    let mut profile = [0; 128];
    profile[..4].copy_from_slice(&length(144 + table.len()));
    profile[8..12].copy_from_slice(&[2, 0x40, 0, 0]);
    profile[12..24].copy_from_slice(b"prtrCMYKLab ");
    profile[36..40].copy_from_slice(b"acsp");
    profile[68..80].copy_from_slice(&[0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D]);
    [&profile[..], &length(1), b"A2B0", &length(144), &length(table.len()), &table].concat()
}

#[rstest]
#[tokio::test]
async fn photos_in_printing_colours_keep_their_colours(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    let icc = segment(0xE2, &[&b"ICC_PROFILE\0\x01\x01"[..], &press_with_grey_cyan()].concat());
    let small = |values: [u8; 4], segments: &[Vec<u8>]| flat_jpeg(32, 32, &values, segments);
    for (name, file, expected) in [
        ("YCbCr", flat_jpeg(32, 32, &[76, 85, 255], &[]), [254, 0, 0]),
        ("CMYK, red", small([0, 255, 255, 0], &[]), [255, 0, 0]),
        ("CMYK, half black", small([0, 0, 0, 128], &[]), [127, 127, 127]),
        ("CMYK, dark orange", small([0, 128, 255, 51], &[]), [204, 101, 0]),
        ("inverted CMYK, red", small([255, 0, 0, 255], &[adobe(0)]), [255, 0, 0]),
        ("inverted CMYK, dark orange", small([255, 127, 0, 204], &[adobe(0)]), [204, 101, 0]),
        ("YCCK, red", small([179, 171, 0, 255], &[adobe(2)]), [255, 0, 0]),
        ("YCCK, half black", small([0, 128, 128, 127], &[adobe(2)]), [127, 127, 127]),
        ("inverted CMYK with a profile", small([0, 255, 255, 255], &[adobe(0), icc.clone()]), [119, 119, 119]),
        ("CMYK with a profile", small([255, 0, 0, 0], std::slice::from_ref(&icc)), [119, 119, 119]),
        ("no ink with a profile", small([255, 255, 255, 255], &[adobe(0), icc]), [255, 255, 255]),
        // Scaled before its colours are converted.
        ("large", flat_jpeg(8_300, 80, &[255, 127, 0, 204], &[adobe(0)]), [204, 101, 0]),
    ] {
        let colour = stored_colour(&ada, &file).await;
        assert!(is_near(colour, expected), "{name}: {colour:?} instead of {expected:?}");
    }
}

#[rstest]
#[tokio::test]
async fn a_transparent_colour_counts_at_every_bit_depth(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let campus = Campus::start(engine).await;
    let ada = campus.member("ada").await;
    // A row of 8 black pixels, of which all are transparent. The value of `tRNS` has bits that the samples do not have.
    for (depth, row) in [(1_u8, 1), (2, 2), (4, 4), (8, 8)] {
        let trns = (0xFFFF_u16 << depth).to_be_bytes();
        let file = grey_png(depth, row, &trns);
        let image = ada.upload_image(&file).await;
        assert_eq!(image["mediaType"], json!("image/png"), "depth {depth}");
    }
}

/// A grey PNG of 8 black pixels with `tRNS`: its zlib stream is one stored block.
fn grey_png(depth: u8, row_bytes: usize, trns: &[u8]) -> Vec<u8> {
    let row = vec![0_u8; row_bytes + 1];
    let length = u16::try_from(row.len()).expect("short");
    // Adler-32 of zeros: the low half stays 1, the high half counts the bytes.
    let adler = (u32::from(length) << 16) | 1;
    let data =
        [&[0x78, 0x01, 0x01], &length.to_le_bytes()[..], &(!length).to_le_bytes(), &row, &adler.to_be_bytes()].concat();
    let header = [&8_u32.to_be_bytes()[..], &1_u32.to_be_bytes(), &[depth, 0, 0, 0, 0]].concat();
    let signature = b"\x89PNG\r\n\x1a\n".to_vec();
    // `with_chunks` inserts behind the first 33 bytes, so the chunks are written behind a filler that is cut off.
    let filler = [signature.clone(), vec![0; 25]].concat();
    let chunks = with_chunks(&filler, &[(b"IHDR", &header), (b"tRNS", trns), (b"IDAT", &data), (b"IEND", b"")]);
    [&signature, &chunks[33..]].concat()
}
