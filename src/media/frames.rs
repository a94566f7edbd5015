//! Counts the frames of animations without decoding any: only the lengths of their blocks are read.

use image::ImageFormat;

/// Returns how many frames a file has, as far as `limit` and one more. A damaged file has as many as came before the damage;
/// whether it can be shown is for the decoder to say.
pub(super) fn count(bytes: &[u8], format: ImageFormat, limit: usize) -> usize {
    let frames = match format {
        ImageFormat::Gif => gif(bytes, limit),
        ImageFormat::WebP => webp(bytes, limit),
        ImageFormat::Png => png(bytes),
        _ => None,
    };
    frames.unwrap_or(1)
}

/// A GIF is a header, a palette, and blocks: extensions, and images with palettes of their own.
fn gif(bytes: &[u8], limit: usize) -> Option<usize> {
    let mut frames = 0;
    let mut rest = bytes.get(13 + palette(*bytes.get(10)?)..)?;
    while frames <= limit {
        rest = match rest.first() {
            Some(0x21) => after_data(rest.get(2..)?),
            Some(0x2C) => {
                frames += 1;
                // The descriptor, its palette, and the width of the first code.
                rest.get(9).and_then(|packed| rest.get(10 + palette(*packed) + 1..)).and_then(after_data)
            }
            _ => None,
        }
        .unwrap_or_default();
        if rest.is_empty() {
            break;
        }
    }
    Some(frames)
}

fn palette(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

/// Skips pieces of data, each behind its length, up to the empty one that ends them.
fn after_data(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let (&length, data) = rest.split_first()?;
        if length == 0 {
            return Some(data);
        }
        rest = data.get(usize::from(length)..)?;
    }
}

/// A WebP is a RIFF file: chunks behind each other, the animated ones with one `ANMF` for each frame.
fn webp(bytes: &[u8], limit: usize) -> Option<usize> {
    let mut frames = 0;
    let mut rest = bytes.get(12..)?;
    while let Some((head, data)) = rest.split_first_chunk::<8>() {
        let [kind @ .., a, b, c, d] = head;
        frames += usize::from(kind == b"ANMF");
        let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?;
        if frames > limit {
            break;
        }
        // Each chunk is padded to an even length.
        rest = data.get(length.checked_add(length % 2)?..).unwrap_or_default();
    }
    Some(frames)
}

/// A PNG says how many frames it has in its chunk `acTL`, before the pixels.
fn png(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.get(8..)?;
    loop {
        let (head, data) = rest.split_first_chunk::<8>()?;
        let [a, b, c, d, kind @ ..] = head;
        match kind {
            b"IDAT" => return None,
            b"acTL" => return usize::try_from(u32::from_be_bytes(*data.first_chunk()?)).ok(),
            _ => {}
        }
        // The check sum follows the data.
        rest = data.get(usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?.checked_add(4)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_are_fatal(bytes: Vec<u8>, limit in 0_usize..200) {
            for format in [ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Png] {
                count(&bytes, format, limit);
            }
        }
    }
}
