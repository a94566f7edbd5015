//! What a file is, and whether it is small enough, from its header alone.

use std::io::Cursor;

use image::{ImageDecoder, ImageError as DecodeError, ImageFormat, ImageReader, Limits};

use super::{ImageError, frames};

const MAX_SIDE: u32 = 8_192;
const MAX_PIXELS: u64 = 25_000_000;
const MAX_FRAMES: usize = 100;

/// What a decoder may hold: the pixels above with four channels of eight bits, and a quarter more.
const MAX_DECODER_BYTES: u64 = 128 * 1024 * 1024;
/// What reading the header may unpack: colour profiles come compressed.
const MAX_HEADER_BYTES: u64 = 4 * 1024 * 1024;

/// Tells the format of a file by its content.
///
/// # Errors
/// What is wrong with it.
pub(super) fn inspect(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    let format = image::guess_format(bytes).map_err(|_| ImageError::NotAPicture)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif) {
        return Err(ImageError::NotAPicture);
    }
    if frames::count(bytes, format, MAX_FRAMES) > MAX_FRAMES {
        return Err(ImageError::TooLarge);
    }
    let decoder = decoder(bytes, format, MAX_HEADER_BYTES)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_DECODER_BYTES {
        return Err(ImageError::TooLarge);
    }
    if width == 0 || height == 0 {
        return Err(ImageError::NotAPicture);
    }
    Ok(format)
}

/// Opens a file that was found to be small enough.
pub(super) fn open(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder + '_, ImageError> {
    decoder(bytes, format, MAX_DECODER_BYTES)
}

fn decoder(bytes: &[u8], format: ImageFormat, memory: u64) -> Result<impl ImageDecoder + '_, ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(memory);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| image_error(&error))
}

/// Says what a decoder's error means for the file.
pub(super) fn image_error(error: &DecodeError) -> ImageError {
    match error {
        DecodeError::Limits(_) => ImageError::TooLarge,
        _ => ImageError::NotAPicture,
    }
}
