//! Which way up an image is.
//!
//! The first Exif block that states it counts, then XMP. Some programs write the header `Exif` of a JPEG into other
//! formats too.

use image::ImageFormat;
use image::metadata::Orientation;

use super::blocks::{self, Block};

const EXIF_HEADER: &[u8] = b"Exif\0\0";
const XMP_OF_JPEG: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const XMP_OF_PNG: &[u8] = b"XML:com.adobe.xmp\0";

pub(super) fn read(bytes: &[u8], format: ImageFormat) -> Orientation {
    let blocks = || blocks::of(bytes, format);
    let in_exif = blocks().filter_map(|block| exif(&block, format)).find_map(Orientation::from_exif_chunk);
    let in_xmp = || blocks().filter_map(|block| xmp(&block, format)).find_map(orientation_in_xmp);
    in_exif.or_else(in_xmp).unwrap_or(Orientation::NoTransforms)
}

/// Returns the content of an Exif block, without a header.
fn exif<'a>(block: &Block<'a>, format: ImageFormat) -> Option<&'a [u8]> {
    let without_header = block.content.strip_prefix(EXIF_HEADER);
    match (format, block.name) {
        (ImageFormat::Jpeg, [0xE1]) => without_header,
        (ImageFormat::Png, b"eXIf") | (ImageFormat::WebP, b"EXIF") => without_header.or(Some(block.content)),
        _ => None,
    }
}

fn xmp<'a>(block: &Block<'a>, format: ImageFormat) -> Option<&'a [u8]> {
    match (format, block.name) {
        (ImageFormat::Jpeg, [0xE1]) => block.content.strip_prefix(XMP_OF_JPEG),
        (ImageFormat::Png, b"iTXt") => block.content.strip_prefix(XMP_OF_PNG),
        (ImageFormat::WebP, b"XMP ") => Some(block.content),
        _ => None,
    }
}

/// Reads `tiff:Orientation="6"` or `<tiff:Orientation>6<`.
fn orientation_in_xmp(xmp: &[u8]) -> Option<Orientation> {
    const NAME: &[u8] = b"tiff:Orientation";
    let start = xmp.windows(NAME.len()).position(|window| window == NAME)? + NAME.len();
    let mut rest = xmp[start..].iter().skip_while(|byte| b" \t\r\n=\"'>".contains(byte));
    let digit = rest.next().filter(|byte| byte.is_ascii_digit())?;
    Orientation::from_exif(digit - b'0').filter(|_| rest.next().is_none_or(|byte| !byte.is_ascii_digit()))
}
