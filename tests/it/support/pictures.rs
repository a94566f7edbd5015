//! Valid and invalid image files, and a client's calls to upload and download them.

use std::io::Cursor;
use std::time::Duration;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use serde_json::Value;

use super::Person;
use super::people::Response;

const UPLOAD: &str = r#"{"query":"mutation Upload($file: Upload!) { uploadImage(input: { file: $file }) {
    image { id mediaType width height placeholder small: url(size: SMALL) medium: url full: url(size: FULL) }
    userErrors { code message path } } }","variables":{"file":null}}"#;

/// Metadata that no stored image may contain.
pub const SECRET: &[u8] = b"51.4779 N, 0.0015 W";

pub const RED: [u8; 3] = [220, 20, 20];
pub const GREEN: [u8; 3] = [20, 200, 20];
pub const BLUE: [u8; 3] = [20, 20, 220];
pub const WHITE: [u8; 3] = [240, 240, 240];

impl Person {
    /// Uploads a file with a plausible name and media type.
    pub async fn upload(&self, file: &[u8]) -> Response {
        self.upload_as(file, "picture.png", "image/png").await
    }

    pub async fn upload_as(&self, file: &[u8], name: &str, kind: &str) -> Response {
        let file_header = format!("filename=\"{name}\"\r\nContent-Type: {kind}");
        self.send_upload(UPLOAD, &file_header, file).await
    }

    /// Sends an operation with one file, for the variable `file`.
    pub async fn send_upload(&self, operations: &str, file_header: &str, file: &[u8]) -> Response {
        let operations = operations.replace('\n', " ");
        let mut body = Vec::new();
        for (part, content) in [("operations", operations.as_bytes()), ("map", br#"{"0":["variables.file"]}"#)] {
            body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{part}\"\r\n\r\n").bytes());
            body.extend(content);
            body.extend(b"\r\n");
        }
        let head = format!("form-data; name=\"0\"; {file_header}");
        body.extend(format!("--edge\r\nContent-Disposition: {head}\r\n\r\n").bytes());
        body.extend(file);
        body.extend(b"\r\n--edge--\r\n");
        let request = self
            .request(reqwest::Method::POST, "/graphql")
            .header("content-type", "multipart/form-data; boundary=edge")
            .header("graphql-require-preflight", "1")
            .timeout(Duration::from_mins(2))
            .body(body);
        Self::send(request).await
    }

    /// Uploads a valid file and returns its image.
    pub async fn upload_image(&self, file: &[u8]) -> Value {
        let payload = self.upload(file).await.field("uploadImage");
        assert_eq!(payload["userErrors"], serde_json::json!([]), "refused");
        payload["image"].clone()
    }

    /// Requests a URL without credentials, as the `img` element of a browser does.
    pub async fn fetch(&self, url: &Value) -> reqwest::Response {
        let url = url.as_str().expect("an address");
        self.client.get(url).send().await.expect("the server answers")
    }

    /// Returns the bytes of a URL that answers 200.
    pub async fn download(&self, url: &Value) -> Vec<u8> {
        let response = self.fetch(url).await;
        assert_eq!(response.status(), 200, "{url}");
        response.bytes().await.expect("the body is complete").to_vec()
    }
}

/// Four quadrants: red and green above, blue and white below.
pub fn quadrants(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// Returns the colours of an image's quadrants in reading order, each as the nearest of the four: encoders change them.
pub fn quadrant_colours(bytes: &[u8]) -> Vec<[u8; 3]> {
    let picture = image::load_from_memory(bytes).expect("a picture").into_rgb8();
    let (width, height) = picture.dimensions();
    let centres = [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| (x * width / 4, y * height / 4));
    let nearest = |pixel: &Rgb<u8>| {
        let distance =
            |colour: &[u8; 3]| -> u32 { pixel.0.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(*b))).sum() };
        [RED, GREEN, BLUE, WHITE].into_iter().min_by_key(distance).expect("four colours")
    };
    centres.iter().map(|&(x, y)| nearest(picture.get_pixel(x, y))).collect()
}

pub fn encode(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("it encodes");
    bytes.into_inner()
}

pub fn png(width: u32, height: u32) -> Vec<u8> {
    encode(quadrants(width, height), ImageFormat::Png)
}

/// The left half is translucent.
pub fn translucent_png(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbaImage::from_fn(width, height, |x, _| Rgba([10, 120, 200, if x < width / 2 { 90 } else { 255 }]));
    encode(picture, ImageFormat::Png)
}

/// A JPEG with all the metadata of a camera and an editor: location and orientation, profile, description, comment.
pub fn jpeg_with_metadata(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let original = encode(quadrants(width, height), ImageFormat::Jpeg);
    let mut bytes = original[..2].to_vec();
    bytes.extend(segment(0xE1, &[b"Exif\0\0".as_slice(), &exif(orientation)].concat()));
    bytes.extend(segment(0xE1, &[b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>".as_slice(), SECRET].concat()));
    bytes.extend(segment(0xE2, &[b"ICC_PROFILE\0\x01\x01".as_slice(), SECRET].concat()));
    bytes.extend(segment(0xFE, SECRET));
    bytes.extend(&original[2..]);
    bytes
}

/// A PNG with text, a location and an orientation.
pub fn png_with_metadata(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let text = [b"Comment\0".as_slice(), SECRET].concat();
    let long = [b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), SECRET].concat();
    let mut bytes =
        with_chunks(&png(width, height), &[(b"tEXt", &text), (b"iTXt", &long), (b"eXIf", &exif(orientation))]);
    bytes.extend(SECRET);
    bytes
}

/// An Exif directory as cameras write it, little-endian: orientation, and a description with the location.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend([0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    let length = u32::try_from(SECRET.len()).expect("short").to_le_bytes();
    exif.extend([0x0E, 1, 2, 0].into_iter().chain(length).chain([38, 0, 0, 0]));
    exif.extend([0; 4]);
    exif.extend(SECRET);
    exif
}

pub fn segment(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("a short segment").to_be_bytes();
    [&[0xFF, kind], length.as_slice(), content].concat()
}

/// A baseline JPEG of one colour: a component for each value, and these segments at its start.
pub fn flat_jpeg(width: u16, height: u16, values: &[u8], segments: &[Vec<u8>]) -> Vec<u8> {
    let count = u8::try_from(values.len()).expect("few components");
    let of_each = |settings: &[u8]| (1..=count).flat_map(|id| [&[id], settings].concat()).collect::<Vec<u8>>();
    let frame = [&[8], &height.to_be_bytes()[..], &width.to_be_bytes(), &[count], &of_each(&[0x11, 0])].concat();
    // The codes of differences by their length in bits, and the only other code: the end of a block.
    let differences = [&[0, 0, 1, 5, 1, 1, 1, 1, 1, 1][..], &[0; 7], &(0..12).collect::<Vec<u8>>()].concat();
    let ends = [&[0x10, 1][..], &[0; 16]].concat();
    let scan = [&[count][..], &of_each(&[0]), &[0, 63, 0]].concat();
    let mut bits = Bits::default();
    let blocks = u32::from(width.div_ceil(8)) * u32::from(height.div_ceil(8));
    for block in 0..blocks {
        for value in values {
            bits.add_difference(if block == 0 { 8 * (i32::from(*value) - 128) } else { 0 });
            bits.add(0, 1);
        }
    }
    let quantization = [&[0][..], &[1; 64]].concat();
    let head = [(0xDB, &quantization), (0xC0, &frame), (0xC4, &differences), (0xC4, &ends), (0xDA, &scan)];
    let head: Vec<u8> = head.iter().flat_map(|(kind, content)| segment(*kind, content)).collect();
    [&[0xFF, 0xD8], &segments.concat()[..], &head, &bits.finish(), &[0xFF, 0xD9]].concat()
}

/// The bits of a scan.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn add(&mut self, bits: u32, count: u32) {
        for place in (0..count).rev() {
            self.pending = (self.pending << 1) | ((bits >> place) & 1);
            self.count += 1;
            if self.count == 8 {
                let byte = u8::try_from(self.pending).expect("a byte");
                self.bytes.push(byte);
                if byte == 0xFF {
                    self.bytes.push(0);
                }
                (self.pending, self.count) = (0, 0);
            }
        }
    }

    /// Adds the code of the length of a difference, and the difference (ITU-T T.81, F.1.2.1).
    fn add_difference(&mut self, difference: i32) {
        let length = 32 - difference.unsigned_abs().leading_zeros();
        match length {
            0 => self.add(0, 2),
            1..=5 => self.add(length + 1, 3),
            _ => self.add((1 << (length - 2)) - 2, length - 2),
        }
        let bits = if difference < 0 { difference + (1 << length) - 1 } else { difference };
        self.add(bits.unsigned_abs(), length);
    }

    fn finish(mut self) -> Vec<u8> {
        self.add(0x7F, (8 - self.count) % 8);
        self.bytes
    }
}

/// Inserts chunks after the header of a PNG.
pub fn with_chunks(png: &[u8], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut bytes = png[..33].to_vec();
    for (kind, content) in chunks {
        let typed = [kind.as_slice(), content].concat();
        bytes.extend(u32::try_from(content.len()).expect("a short chunk").to_be_bytes());
        bytes.extend(&typed);
        bytes.extend(crc(&typed).to_be_bytes());
    }
    bytes.extend(&png[33..]);
    bytes
}

/// A decompression bomb: a PNG of a few bytes whose header declares `width` by `height` pixels.
pub fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png(1, 1);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&sum);
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

/// A GIF of `frames` frames; the first has the four quadrants.
pub fn gif(frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    let first = DynamicImage::from(quadrants(8, 8)).into_rgba8();
    encoder.encode_frame(Frame::new(first)).expect("it encodes");
    let other = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 255]));
    for _ in 1..frames {
        encoder.encode_frame(Frame::new(other.clone())).expect("it encodes");
    }
    drop(encoder);
    bytes
}

/// A PNG that declares an animation of `frames` frames and has one.
pub fn animated_png(frames: u32) -> Vec<u8> {
    let control = [frames.to_be_bytes(), [0; 4]].concat();
    with_chunks(&png(8, 8), &[(b"acTL", &control)])
}

/// A WebP of `frames` equal frames.
pub fn animated_webp(frames: usize) -> Vec<u8> {
    let still = encode(quadrants(8, 8), ImageFormat::WebP);
    let picture = &still[12..];
    let frame = [[0; 6].as_slice(), &[7, 0, 0, 7, 0, 0], &[100, 0, 0, 0], picture].concat();
    let mut chunks = chunk(*b"VP8X", &[0b0000_0010, 0, 0, 0, 7, 0, 0, 7, 0, 0]);
    chunks.extend(chunk(*b"ANIM", &[0; 6]));
    for _ in 0..frames {
        chunks.extend(chunk(*b"ANMF", &frame));
    }
    chunk(*b"RIFF", &[b"WEBP".as_slice(), &chunks].concat())
}

/// A WebP with further chunks behind its pixels.
pub fn webp_with_chunks(width: u32, height: u32, chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let still = encode(quadrants(width, height), ImageFormat::WebP);
    let side = |length: u32| (length - 1).to_le_bytes()[..3].to_vec();
    let flag = |kind: &[u8; 4]| match kind {
        b"EXIF" => 8,
        b"XMP " => 4,
        _ => 0,
    };
    let flags: u8 = chunks.iter().map(|(kind, _)| flag(kind)).sum();
    let mut content = chunk(*b"VP8X", &[vec![flags, 0, 0, 0], side(width), side(height)].concat());
    content.extend(&still[12..]);
    for (kind, extra) in chunks {
        content.extend(chunk(*kind, extra));
    }
    chunk(*b"RIFF", &[b"WEBP".as_slice(), &content].concat())
}

fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).expect("a short chunk").to_le_bytes();
    let mut bytes = [kind.as_slice(), &length, content].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}
