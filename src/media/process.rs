//! From the pixels of an uploaded file to what is stored: upright, scaled, encoded anew.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageResult, RgbaImage};
use tracing::error;

use super::inspect::{image_error, open};
use super::{ImageError, MediaType, Picture, Size};

/// Good enough that nobody sees the difference, at a third of the bytes of 95.
const JPEG_QUALITY: u8 = 85;

/// The format of placeholders takes no more pixels a side.
const PLACEHOLDER_PIXELS: u32 = 100;

/// Makes the picture of a file that was inspected. Takes a core, and a quarter of a gigabyte for the largest.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn process(bytes: &[u8], format: ImageFormat) -> Result<Picture, ImageError> {
    let full = read(bytes, format)?;
    let medium = scaled(full.clone(), Size::Medium.pixels());
    let small = scaled(medium.clone(), Size::Small.pixels());
    let media_type = if full.color().has_alpha() { MediaType::Png } else { MediaType::Jpeg };
    Ok(Picture {
        media_type,
        width: full.width(),
        height: full.height(),
        sizes: [encoded(&small)?, encoded(&medium)?, encoded(&full)?],
        placeholder: placeholder(small),
    })
}

/// Reads the first frame in its largest size: 8 bits a channel, with transparency only where something is transparent.
fn read(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, ImageError> {
    let mut decoder = open(bytes, format)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let pixels = DynamicImage::from_decoder(decoder).map_err(|error| image_error(&error))?;
    let picture =
        if pixels.color().has_alpha() { without_hidden(pixels.into_rgba8()) } else { pixels.into_rgb8().into() };
    let mut picture = scaled(picture, Size::Full.pixels());
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Takes away the channel of a picture through which nothing shines, and what is painted where nobody sees it.
fn without_hidden(mut picture: RgbaImage) -> DynamicImage {
    if picture.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        return DynamicImage::from(picture).into_rgb8().into();
    }
    for pixel in picture.pixels_mut().filter(|pixel| pixel.0[3] == 0) {
        pixel.0 = [0; 4];
    }
    picture.into()
}

/// Returns the picture with no side longer than `longest`. Never enlarges.
fn scaled(mut picture: DynamicImage, longest: u32) -> DynamicImage {
    let side = picture.width().max(picture.height());
    if side <= longest {
        return picture;
    }
    // Rounded, and at least one pixel of the narrowest banner.
    let scale = |length: u32| ((length * longest + side / 2) / side).max(1);
    let (width, height) = (scale(picture.width()), scale(picture.height()));
    premultiply_alpha(&mut picture);
    // In two steps: by whole pixels to twice the size, which is quick and takes no memory besides, then smoothly.
    if side > 2 * longest {
        picture = picture.thumbnail_exact(picture.width().min(2 * width), picture.height().min(2 * height));
    }
    let mut smaller = picture.resize_exact(width, height, FilterType::CatmullRom);
    unpremultiply_alpha(&mut smaller);
    smaller
}

/// Lets each pixel's colours count as much as is seen of them: else the edges of what is transparent turn dark.
fn premultiply_alpha(picture: &mut DynamicImage) {
    if let DynamicImage::ImageRgba8(picture) = picture {
        for pixel in picture.pixels_mut() {
            let [colours @ .., alpha] = &mut pixel.0;
            for colour in colours {
                *colour = eight_bits(u32::from(*colour) * u32::from(*alpha) / 255);
            }
        }
    }
}

fn unpremultiply_alpha(picture: &mut DynamicImage) {
    if let DynamicImage::ImageRgba8(picture) = picture {
        for pixel in picture.pixels_mut() {
            let [colours @ .., alpha] = &mut pixel.0;
            for colour in colours {
                *colour = eight_bits((u32::from(*colour) * 255).checked_div(u32::from(*alpha)).unwrap_or_default());
            }
        }
    }
}

fn eight_bits(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// Encodes nothing but the pixels.
fn encoded(picture: &DynamicImage) -> Result<Bytes, ImageError> {
    let mut bytes = Vec::new();
    write(picture, &mut bytes).map_err(|cause| {
        error!(%cause, "a picture could not be encoded and is refused");
        ImageError::NotAPicture
    })?;
    Ok(bytes.into())
}

fn write(picture: &DynamicImage, bytes: &mut Vec<u8>) -> ImageResult<()> {
    let (width, height, pixels) = (picture.width(), picture.height(), picture.as_bytes());
    if picture.color().has_alpha() {
        PngEncoder::new(bytes).write_image(pixels, width, height, ExtendedColorType::Rgba8)
    } else {
        JpegEncoder::new_with_quality(bytes, JPEG_QUALITY).write_image(pixels, width, height, ExtendedColorType::Rgb8)
    }
}

fn placeholder(picture: DynamicImage) -> String {
    let tiny = scaled(picture, PLACEHOLDER_PIXELS).into_rgba8();
    let side = |length: u32| usize::try_from(length).unwrap_or_default();
    STANDARD.encode(thumbhash::rgba_to_thumb_hash(side(tiny.width()), side(tiny.height()), tiny.as_raw()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    #[test]
    fn what_is_hidden_neither_shows_at_an_edge_nor_is_kept() {
        // White before a hidden black, as a program leaves it that was told to make the background transparent.
        let picture = RgbaImage::from_fn(600, 600, |x, _| if x < 301 { Rgba([255; 4]) } else { Rgba([0, 0, 0, 0]) });
        let small = scaled(without_hidden(picture), 100).into_rgba8();
        let edge = small.pixels().filter(|pixel| (1..255).contains(&pixel.0[3])).count();
        assert!(edge > 0, "the edge runs through pixels");
        assert!(small.pixels().all(|pixel| pixel.0[3] < 8 || pixel.0[..3].iter().all(|colour| *colour > 220)));

        let painted = RgbaImage::from_pixel(4, 4, Rgba([9, 8, 7, 0]));
        assert!(without_hidden(painted).as_bytes().iter().all(|byte| *byte == 0));
    }
}
