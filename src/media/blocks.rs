//! Finds the blocks of a file without decoding it: the segments of a JPEG, the chunks of a PNG or a WebP.

use std::iter;
use std::ops::Range;

use image::ImageFormat;

/// A block: its name, and where it and its content are in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub(super) name: &'a [u8],
    pub(super) content: &'a [u8],
    pub(super) range: Range<usize>,
}

/// Reads the block at a position.
type NextBlock = fn(&[u8], usize) -> Option<Block<'_>>;

/// Finds the blocks of a file in order, up to the first damaged one. A file can have millions, so they are not collected.
pub(super) fn of(bytes: &[u8], format: ImageFormat) -> impl Iterator<Item = Block<'_>> {
    let (mut at, next): (usize, NextBlock) = match format {
        ImageFormat::Jpeg => (2, jpeg_segment),
        ImageFormat::Png => (8, png_chunk),
        ImageFormat::WebP => (12, webp_chunk),
        _ => (0, |_, _| None),
    };
    iter::from_fn(move || {
        let block = next(bytes, at)?;
        at = block.range.end;
        Some(block)
    })
}

/// Reads a segment before the pixels of a JPEG: `FF`, a marker, and a length that counts itself.
fn jpeg_segment(bytes: &[u8], at: usize) -> Option<Block<'_>> {
    let marker = at + bytes.get(at..)?.iter().position(|byte| *byte != 0xFF)?;
    // The pixels follow the start of a scan.
    if marker == at || bytes[marker] == 0xDA {
        return None;
    }
    let length = usize::from(u16::from_be_bytes(*bytes.get(marker + 1..)?.first_chunk()?));
    let end = marker + 1 + length;
    let content = bytes.get(marker + 3..end)?;
    Some(Block { name: &bytes[marker..=marker], content, range: at..end })
}

/// Reads a chunk of a PNG: length, name, content, checksum.
fn png_chunk(bytes: &[u8], at: usize) -> Option<Block<'_>> {
    let [a, b, c, d, ..] = bytes.get(at..)?.first_chunk::<8>()?;
    let end = at.checked_add(8)?.checked_add(usize::try_from(u32::from_be_bytes([*a, *b, *c, *d])).ok()?)?;
    let content = bytes.get(at + 8..end)?;
    Some(Block { name: &bytes[at + 4..at + 8], content, range: at..end + 4 })
}

/// Reads a chunk of a WebP: name, length, content, padded to an even length.
fn webp_chunk(bytes: &[u8], at: usize) -> Option<Block<'_>> {
    let [.., a, b, c, d] = bytes.get(at..)?.first_chunk::<8>()?;
    let end = at.checked_add(8)?.checked_add(usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?)?;
    let content = bytes.get(at + 8..end)?;
    Some(Block { name: &bytes[at..at + 4], content, range: at..end + end % 2 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finding_blocks_never_panics(bytes: Vec<u8>) {
            for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
                of(&bytes, format).for_each(drop);
            }
        }
    }
}
