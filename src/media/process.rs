//! Turns an uploaded file into a stored image: decoded, upright, scaled and encoded.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageResult, RgbaImage};
use tracing::error;

use super::inspect::{image_error, open_decoder};
use super::{ImageError, ImageSize, MediaType, ProcessedImage};
use super::{colour, orientation};

/// Visually the same as 95, at a third of the bytes.
const JPEG_QUALITY: u8 = 85;

/// The maximum number of pixels per side that thumbhash accepts.
const PLACEHOLDER_PIXELS: u32 = 100;

/// Processes a file whose format was detected. Takes one core, and the memory that [`super::inspect`] estimates.
pub(super) fn process(bytes: &[u8], format: ImageFormat) -> Result<ProcessedImage, ImageError> {
    let full = decode(bytes, format)?;
    let medium = scale_down(full.clone(), ImageSize::Medium.max_pixels());
    let small = scale_down(medium.clone(), ImageSize::Small.max_pixels());
    let media_type = if full.color().has_alpha() { MediaType::Png } else { MediaType::Jpeg };
    Ok(ProcessedImage {
        media_type,
        width: full.width(),
        height: full.height(),
        sizes: [encode(&small)?, encode(&medium)?, encode(&full)?],
        placeholder: placeholder(small),
    })
}

/// Decodes the first frame in sRGB and scales it to the largest size: 8 bits a channel, with an alpha channel only if it
/// is used.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, ImageError> {
    let mut decoder = open_decoder(bytes, format)?;
    let profile = colour::profile_of(bytes, format, decoder.icc_profile().unwrap_or_default());
    let max_side = ImageSize::Full.max_pixels();
    let mut image = if let Some(printed) = colour::decode_cmyk(bytes, format, profile.as_ref(), 2 * max_side) {
        scale_down(printed.into(), max_side)
    } else {
        let is_grey = !decoder.color_type().has_color();
        let pixels = DynamicImage::from_decoder(decoder).map_err(|error| image_error(&error))?;
        // Scaled before it is converted to 8 bits and three colours, which would be another copy of a large image.
        let image = if pixels.color().has_alpha() { drop_hidden_colours(pixels.into_rgba8()) } else { pixels };
        let image = scale_down(image, max_side);
        let image = if image.color().has_alpha() { image } else { image.into_rgb8().into() };
        match profile {
            Some(profile) => colour::convert(image, is_grey, &profile),
            None => image,
        }
    };
    image.apply_orientation(orientation::read(bytes, format));
    Ok(image)
}

/// Removes an alpha channel that is fully opaque, and the colours of fully transparent pixels.
fn drop_hidden_colours(mut image: RgbaImage) -> DynamicImage {
    if image.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        return DynamicImage::from(image).into_rgb8().into();
    }
    for pixel in image.pixels_mut().filter(|pixel| pixel.0[3] == 0) {
        pixel.0 = [0; 4];
    }
    image.into()
}

/// Scales an image so that no side is longer than `max_side`. Never enlarges.
fn scale_down(mut image: DynamicImage, max_side: u32) -> DynamicImage {
    let side = image.width().max(image.height());
    if side <= max_side {
        return image;
    }
    // Rounded, and at least one pixel for very narrow images.
    let scale = |length: u32| ((length * max_side + side / 2) / side).max(1);
    let (width, height) = (scale(image.width()), scale(image.height()));
    premultiply_alpha(&mut image);
    // In two steps: a fast box filter down to twice the size, which needs no working memory, then a smooth filter.
    if side > 2 * max_side {
        image = image.thumbnail_exact(image.width().min(2 * width), image.height().min(2 * height));
    }
    let mut smaller = image.resize_exact(width, height, FilterType::CatmullRom);
    unpremultiply_alpha(&mut smaller);
    smaller
}

/// Multiplies the colours by the alpha channel before scaling. Otherwise the edges of transparent areas turn dark.
fn premultiply_alpha(image: &mut DynamicImage) {
    if let DynamicImage::ImageRgba8(image) = image {
        for pixel in image.pixels_mut() {
            let [colours @ .., alpha] = &mut pixel.0;
            for colour in colours {
                *colour = saturating_u8(u32::from(*colour) * u32::from(*alpha) / 255);
            }
        }
    }
}

fn unpremultiply_alpha(image: &mut DynamicImage) {
    if let DynamicImage::ImageRgba8(image) = image {
        for pixel in image.pixels_mut() {
            let [colours @ .., alpha] = &mut pixel.0;
            for colour in colours {
                *colour = saturating_u8((u32::from(*colour) * 255).checked_div(u32::from(*alpha)).unwrap_or_default());
            }
        }
    }
}

fn saturating_u8(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// Encodes the pixels without any metadata.
fn encode(image: &DynamicImage) -> Result<Bytes, ImageError> {
    let mut bytes = Vec::new();
    write(image, &mut bytes).map_err(|cause| {
        error!(%cause, "could not encode an image, the file is rejected");
        ImageError::Unsupported
    })?;
    Ok(bytes.into())
}

fn write(image: &DynamicImage, bytes: &mut Vec<u8>) -> ImageResult<()> {
    let (width, height, pixels) = (image.width(), image.height(), image.as_bytes());
    if image.color().has_alpha() {
        PngEncoder::new(bytes).write_image(pixels, width, height, ExtendedColorType::Rgba8)
    } else {
        JpegEncoder::new_with_quality(bytes, JPEG_QUALITY).write_image(pixels, width, height, ExtendedColorType::Rgb8)
    }
}

fn placeholder(image: DynamicImage) -> String {
    let tiny = scale_down(image, PLACEHOLDER_PIXELS).into_rgba8();
    let side = |length: u32| usize::try_from(length).unwrap_or_default();
    STANDARD.encode(thumbhash::rgba_to_thumb_hash(side(tiny.width()), side(tiny.height()), tiny.as_raw()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    #[test]
    fn hidden_colours_neither_bleed_into_edges_nor_are_stored() {
        // White next to transparent black, as programs leave it when they make a background transparent.
        let image = RgbaImage::from_fn(600, 600, |x, _| if x < 301 { Rgba([255; 4]) } else { Rgba([0, 0, 0, 0]) });
        let small = scale_down(drop_hidden_colours(image), 100).into_rgba8();
        let edge = small.pixels().filter(|pixel| (1..255).contains(&pixel.0[3])).count();
        assert!(edge > 0, "some pixels are partly transparent");
        assert!(small.pixels().all(|pixel| pixel.0[3] < 8 || pixel.0[..3].iter().all(|colour| *colour > 220)));

        let painted = RgbaImage::from_pixel(4, 4, Rgba([9, 8, 7, 0]));
        assert!(drop_hidden_colours(painted).as_bytes().iter().all(|byte| *byte == 0));
    }
}
