//! Checks the format and the dimensions of a file from its header alone.

use std::io::Cursor;

use image::{ImageDecoder, ImageError as DecodeError, ImageFormat, ImageReader, Limits};

use super::{ImageError, frames};

const MAX_SIDE: u32 = 8_192;
pub const MAX_PIXELS: u64 = 25_000_000;
const MAX_FRAMES: usize = 100;

/// The memory limit of a decoder: the maximum number of pixels with four channels of eight bits, and a quarter more.
const MAX_DECODER_BYTES: u64 = 128 * 1024 * 1024;
/// The memory limit for reading a header, which can contain a compressed colour profile.
const MAX_HEADER_BYTES: u64 = 4 * 1024 * 1024;

/// Detects the format of a file from its content, and checks its dimensions and number of frames.
pub(super) fn detect_format(bytes: &[u8]) -> Result<ImageFormat, ImageError> {
    // Their decoders are written in C, and not worth the risk.
    if let Some([b'f', b't', b'y', b'p', brands @ ..]) = bytes.get(4..64.min(bytes.len())) {
        let has = |brand: &[u8]| brands.windows(4).any(|window| window == brand);
        if has(b"avif") || has(b"avis") {
            return Err(ImageError::Avif);
        }
        if [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1"].into_iter().any(|brand| has(brand)) {
            return Err(ImageError::Heic);
        }
    }
    let format = image::guess_format(bytes).map_err(|_| ImageError::Unsupported)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif) {
        return Err(ImageError::Unsupported);
    }
    if frames::count(bytes, format, MAX_FRAMES) > MAX_FRAMES {
        return Err(ImageError::TooLarge);
    }
    let decoder = limited_decoder(bytes, format, MAX_HEADER_BYTES)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_DECODER_BYTES {
        return Err(ImageError::TooLarge);
    }
    if width == 0 || height == 0 {
        return Err(ImageError::Unsupported);
    }
    Ok(format)
}

/// Opens a decoder for a file that [`detect_format`] has accepted.
pub(super) fn open_decoder(bytes: &[u8], format: ImageFormat) -> Result<impl ImageDecoder + '_, ImageError> {
    limited_decoder(bytes, format, MAX_DECODER_BYTES)
}

fn limited_decoder(bytes: &[u8], format: ImageFormat, max_bytes: u64) -> Result<impl ImageDecoder + '_, ImageError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(max_bytes);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| image_error(&error))
}

/// Translates a decoder's error.
pub(super) fn image_error(error: &DecodeError) -> ImageError {
    match error {
        DecodeError::Limits(_) => ImageError::TooLarge,
        _ => ImageError::Unsupported,
    }
}
