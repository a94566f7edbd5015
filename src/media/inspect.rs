//! Checks the format and the dimensions of a file from its header alone.

use std::io::Cursor;

use image::{ImageDecoder, ImageError as DecodeError, ImageFormat, ImageReader, Limits};

use super::{ImageError, blocks, frames};

const MAX_SIDE: u32 = 32_768;
pub const MAX_PIXELS: u64 = 50_000_000;
const MAX_FRAMES: usize = 100;

/// The memory limit of a decoder: the maximum number of pixels with four channels of eight bits, and a quarter more.
const MAX_DECODER_BYTES: u64 = 256 * 1024 * 1024;
/// The memory limit for reading a header, which can contain a compressed colour profile.
const MAX_HEADER_BYTES: u64 = 4 * 1024 * 1024;

/// What scaling a large image takes besides the image: its smooth filter works with four numbers of 32 bits a pixel, at
/// twice the width of the result.
const SCALING_BYTES: u64 = 192 * 1024 * 1024;
/// An image of fewer pixels is scaled with less.
const LARGE_PIXELS: u64 = 4_000_000;

/// A file that can be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inspected {
    pub(super) format: ImageFormat,
    /// The most memory that processing the file takes, in bytes.
    pub(super) memory: u64,
}

/// Detects the format of a file from its content, and checks its dimensions and number of frames.
pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected, ImageError> {
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
    let scaling = if u64::from(width) * u64::from(height) < LARGE_PIXELS { SCALING_BYTES / 4 } else { SCALING_BYTES };
    Ok(Inspected { format, memory: decoding_memory(bytes, format, decoder.total_bytes()).max(scaling) })
}

/// Estimates what decoding takes: the pixels, a copy in another form, and for a progressive JPEG all coefficients, of 16
/// bits and up to four for the three colours of a pixel.
fn decoding_memory(bytes: &[u8], format: ImageFormat, pixels: u64) -> u64 {
    // The frame of a progressive JPEG begins with one of these markers.
    const PROGRESSIVE: [u8; 4] = [0xC2, 0xC6, 0xCA, 0xCE];
    let is_progressive = format == ImageFormat::Jpeg
        && blocks::of(bytes, format).any(|block| block.name.iter().all(|marker| PROGRESSIVE.contains(marker)));
    if is_progressive { pixels * 4 } else { pixels * 2 }
}

/// Opens a decoder for a file that [`inspect`] has accepted.
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
