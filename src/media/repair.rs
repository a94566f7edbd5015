//! Corrects what the decoders refuse or misread, and other programs open.

use bytes::Bytes;
use image::ImageFormat;

use super::blocks::{self, Block};

/// Returns the file to decode.
pub(super) fn repair(file: Bytes) -> Bytes {
    let repaired = match image::guess_format(&file) {
        Ok(ImageFormat::Jpeg) => without_damaged_adobe_segments(&file),
        Ok(ImageFormat::Png) => with_masked_transparency(&file),
        _ => None,
    };
    repaired.map_or(file, Bytes::from)
}

/// Removes Adobe segments that are too short or name an unknown colour space. Other programs ignore them.
fn without_damaged_adobe_segments(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_damaged = |block: &Block<'_>| {
        block.name == [0xEE]
            && block.content.starts_with(b"Adobe")
            && block.content.get(11).is_none_or(|transform| *transform > 2)
    };
    let mut repaired = Vec::new();
    let mut kept = 0;
    for block in blocks::of(bytes, ImageFormat::Jpeg).filter(is_damaged) {
        repaired.extend_from_slice(&bytes[kept..block.range.start]);
        kept = block.range.end;
    }
    if kept == 0 {
        return None;
    }
    repaired.extend_from_slice(&bytes[kept..]);
    Some(repaired)
}

/// Clears the bits of a transparent colour that the samples do not have (PNG, section 11.3.2.1: decoders must mask them).
fn with_masked_transparency(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut blocks = blocks::of(bytes, ImageFormat::Png);
    let [_, _, _, _, _, _, _, _, depth, colour_type, ..] = blocks.next().filter(|block| block.name == b"IHDR")?.content
    else {
        return None;
    };
    // In grey and RGB images the chunk has a sample of 16 bits for each channel.
    if !matches!(colour_type, 0 | 2) || !matches!(depth, 1 | 2 | 4 | 8) {
        return None;
    }
    let block = blocks.find(|block| block.name == b"tRNS")?;
    let mask = u16::MAX >> (16 - u16::from(*depth));
    let samples = block.content.chunks_exact(2).map(|sample| u16::from_be_bytes([sample[0], sample[1]]) & mask);
    let chunk: Vec<u8> = block.name.iter().copied().chain(samples.flat_map(u16::to_be_bytes)).collect();
    let length = u32::try_from(chunk.len() - 4).ok()?;
    let chunk = [&length.to_be_bytes(), &*chunk, &checksum(&chunk).to_be_bytes()].concat();
    Some([&bytes[..block.range.start], &chunk, bytes.get(block.range.end..)?].concat())
}

/// The CRC-32 of a chunk (PNG, annex D).
fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_of_any_bit_depth_is_repaired_or_left_alone() {
        let chunk = |name: &[u8], content: &[u8]| {
            [&u32::try_from(content.len()).unwrap().to_be_bytes()[..], name, content, &[0; 4]].concat()
        };
        for depth in 0..=u8::MAX {
            let header = [0, 0, 0, 1, 0, 0, 0, 1, depth, 0, 0, 0, 0];
            let file =
                [b"\x89PNG\r\n\x1a\n".as_slice(), &chunk(b"IHDR", &header), &chunk(b"tRNS", &[0xFF; 2])].concat();
            let repaired = with_masked_transparency(&file);
            assert_eq!(repaired.is_some(), [1, 2, 4, 8].contains(&depth), "{depth}");
        }
    }

    #[test]
    fn a_jpeg_with_many_damaged_segments_is_repaired_in_one_pass() {
        let segments = b"\xFF\xEE\0\x07Adobe".repeat(500_000);
        let file = [b"\xFF\xD8".as_slice(), &segments, b"\xFF\xDA\0\x02"].concat();
        assert_eq!(without_damaged_adobe_segments(&file).unwrap(), b"\xFF\xD8\xFF\xDA\0\x02");
    }
}
