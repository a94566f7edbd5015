//! From the pixels of an uploaded file to what is stored: upright, scaled, encoded anew.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use fast_image_resize::Resizer;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat};
use tracing::error;

use super::inspect::{flaw, open};
use super::{Flaw, MediaType, Picture, Size};

/// Good enough that nobody sees the difference, at a third of the bytes of 95.
const JPEG_QUALITY: u8 = 85;

/// The format of placeholders takes no more pixels a side.
const PLACEHOLDER_PIXELS: u32 = 100;

/// Makes the picture of a file that was inspected. Takes a core, and about twice the memory of its pixels.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn develop(bytes: &[u8], format: ImageFormat) -> Result<Picture, Flaw> {
    let full = read(bytes, format)?;
    let medium = scaled(&full, Size::Medium.pixels())?;
    let small = scaled(&medium, Size::Small.pixels())?;
    let media_type = if full.color().has_alpha() { MediaType::Png } else { MediaType::Jpeg };
    Ok(Picture {
        media_type,
        width: full.width(),
        height: full.height(),
        placeholder: placeholder(&small)?,
        sizes: [encoded(&small)?, encoded(&medium)?, encoded(&full)?],
    })
}

/// Reads the first frame in its largest size: 8 bits a channel, with transparency only where something is transparent.
fn read(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, Flaw> {
    let mut decoder = open(bytes, format)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = DynamicImage::from_decoder(decoder).map_err(flaw)?;
    let mut picture = scaled(&pixels, Size::Full.pixels())?;
    drop(pixels);
    picture.apply_orientation(orientation);
    if picture.color().has_alpha() {
        let picture = picture.into_rgba8();
        if picture.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
            return Ok(picture.into());
        }
        return Ok(DynamicImage::from(picture).into_rgb8().into());
    }
    Ok(picture.into_rgb8().into())
}

/// Returns the picture with no side longer than `longest`. Never enlarges.
fn scaled(picture: &DynamicImage, longest: u32) -> Result<DynamicImage, Flaw> {
    let (width, height) = (picture.width(), picture.height());
    let side = width.max(height);
    if side <= longest {
        return Ok(picture.clone());
    }
    // Rounded, and at least one pixel of the narrowest banner.
    let scale = |length: u32| ((length * longest + side / 2) / side).max(1);
    let mut smaller = DynamicImage::new(scale(width), scale(height), picture.color());
    Resizer::new().resize(picture, &mut smaller, None).map_err(ours)?;
    Ok(smaller)
}

/// Encodes nothing but the pixels.
fn encoded(picture: &DynamicImage) -> Result<Bytes, Flaw> {
    let mut bytes = Vec::new();
    let (width, height, pixels) = (picture.width(), picture.height(), picture.as_bytes());
    if picture.color().has_alpha() {
        PngEncoder::new(&mut bytes).write_image(pixels, width, height, ExtendedColorType::Rgba8).map_err(ours)?;
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
        encoder.write_image(pixels, width, height, ExtendedColorType::Rgb8).map_err(ours)?;
    }
    Ok(bytes.into())
}

fn placeholder(picture: &DynamicImage) -> Result<String, Flaw> {
    let tiny = scaled(picture, PLACEHOLDER_PIXELS)?.into_rgba8();
    let side = |length: u32| usize::try_from(length).unwrap_or_default();
    Ok(STANDARD.encode(thumbhash::rgba_to_thumb_hash(side(tiny.width()), side(tiny.height()), tiny.as_raw())))
}

/// Scaling and encoding fail for no pixels that we know of. Should one, the file is refused and the log says why.
fn ours(cause: impl std::fmt::Display) -> Flaw {
    error!(%cause, "a picture could not be scaled or encoded");
    Flaw::NotAPicture
}
