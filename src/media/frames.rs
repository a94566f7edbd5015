//! Counts the frames of animations without decoding them: only the lengths of their blocks are read.

use image::ImageFormat;

/// Returns the number of frames of a file, counted up to `limit` + 1. In a damaged file, only the frames before the
/// damage count; the decoder decides whether such a file is valid.
pub(super) fn count(bytes: &[u8], format: ImageFormat, limit: usize) -> usize {
    let frames = match format {
        ImageFormat::Gif => count_gif(bytes, limit),
        ImageFormat::WebP => count_webp(bytes, limit),
        ImageFormat::Png => count_png(bytes),
        _ => None,
    };
    frames.unwrap_or(1)
}

/// A GIF is a header, a palette and blocks: extensions, and images with optional palettes.
fn count_gif(bytes: &[u8], limit: usize) -> Option<usize> {
    let mut frames = 0;
    let mut rest = bytes.get(13 + palette_len(*bytes.get(10)?)..)?;
    while frames <= limit {
        rest = match rest.first() {
            Some(0x21) => skip_sub_blocks(rest.get(2..)?),
            Some(0x2C) => {
                frames += 1;
                // The descriptor, its palette, and the minimum code size.
                rest.get(9).and_then(|packed| rest.get(10 + palette_len(*packed) + 1..)).and_then(skip_sub_blocks)
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

fn palette_len(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

/// Skips sub-blocks, each with its length in front, up to the empty one that ends them.
fn skip_sub_blocks(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let (&length, data) = rest.split_first()?;
        if length == 0 {
            return Some(data);
        }
        rest = data.get(usize::from(length)..)?;
    }
}

/// A WebP is a RIFF file: a sequence of chunks, with one `ANMF` chunk for each frame of an animation.
fn count_webp(bytes: &[u8], limit: usize) -> Option<usize> {
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

/// A PNG has the number of frames in its chunk `acTL`, which precedes the pixels.
fn count_png(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.get(8..)?;
    loop {
        let (head, data) = rest.split_first_chunk::<8>()?;
        let [a, b, c, d, kind @ ..] = head;
        match kind {
            b"IDAT" => return None,
            b"acTL" => return usize::try_from(u32::from_be_bytes(*data.first_chunk()?)).ok(),
            _ => {}
        }
        // A checksum follows the data.
        rest = data.get(usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?.checked_add(4)?..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn counting_frames_never_panics(bytes: Vec<u8>, limit in 0_usize..200) {
            for format in [ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Png] {
                count(&bytes, format, limit);
            }
        }
    }
}
