//! Converts colours to sRGB, which is what a file without a profile means.
//!
//! The colours of a file are described by its ICC profile, or in a PNG by `cICP` or `gAMA`, of which the first counts that
//! the specification prefers. A profile that is damaged, or does not fit the pixels, is ignored.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, RgbaImage, imageops};
use moxcms::{
    CicpProfile, ColorProfile, DataColorSpace, Layout, MatrixCoefficients, ParsingOptions, ToneReprCurve,
    TransformOptions,
};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;

use super::blocks;

/// Bounds of a profile. The largest ones in use, of printing presses, have some megabytes.
const MAX_PROFILE_BYTES: usize = 4 * 1024 * 1024;

/// The gamma of sRGB in a `gAMA` chunk, and how far another one may be from it.
const SRGB_GAMMA: u32 = 45_455;
const GAMMA_TOLERANCE: u32 = 1_000;

/// Returns the profile of a file, if its colours are not sRGB already.
pub(super) fn profile_of(bytes: &[u8], format: ImageFormat, icc: Option<Vec<u8>>) -> Option<ColorProfile> {
    let chunk = |name: &[u8]| blocks::of(bytes, format).find(|block| block.name == name).map(|block| block.content);
    let is_png = format == ImageFormat::Png;
    if is_png && let Some([primaries, transfer, 0, 1]) = chunk(b"cICP") {
        return cicp_profile(*primaries, *transfer);
    }
    if let Some(icc) = icc {
        let options = ParsingOptions {
            max_profile_size: MAX_PROFILE_BYTES,
            max_allowed_clut_size: MAX_PROFILE_BYTES,
            ..ParsingOptions::default()
        };
        return ColorProfile::new_from_slice_with_options(&icc, options).ok();
    }
    let gamma = chunk(b"gAMA").filter(|_| is_png && chunk(b"sRGB").is_none())?;
    gamma_profile(u32::from_be_bytes(*gamma.first_chunk()?))
}

fn cicp_profile(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    let mut profile = ColorProfile::new_srgb();
    let cicp = CicpProfile {
        color_primaries: primaries.try_into().ok()?,
        transfer_characteristics: transfer.try_into().ok()?,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    };
    profile.update_rgb_colorimetry_from_cicp(cicp);
    // Set only where both codes are known.
    profile.cicp.is_some().then_some(profile)
}

fn gamma_profile(gamma: u32) -> Option<ColorProfile> {
    if gamma == 0 || gamma.abs_diff(SRGB_GAMMA) <= GAMMA_TOLERANCE {
        return None;
    }
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    #[expect(clippy::cast_possible_truncation, reason = "a gamma has few digits")]
    let exponent = (100_000.0 / f64::from(gamma)) as f32;
    let curve = ToneReprCurve::Parametric(vec![exponent]);
    (profile.red_trc, profile.green_trc) = (Some(curve.clone()), Some(curve.clone()));
    profile.blue_trc = Some(curve);
    Some(profile)
}

/// Converts an image from a profile to sRGB. `is_grey` means that its three channels are equal.
pub(super) fn convert(image: DynamicImage, is_grey: bool, profile: &ColorProfile) -> DynamicImage {
    let is_fit = match profile.color_space {
        DataColorSpace::Rgb => !is_grey,
        DataColorSpace::Gray => is_grey,
        _ => false,
    };
    if !is_fit {
        return image;
    }
    let layout = |is_grey: bool, has_alpha: bool| match (is_grey, has_alpha) {
        (false, false) => Layout::Rgb,
        (false, true) => Layout::Rgba,
        (true, false) => Layout::Gray,
        (true, true) => Layout::GrayAlpha,
    };
    let has_alpha = image.color().has_alpha();
    let (from, to) = (layout(is_grey, has_alpha), layout(false, has_alpha));
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default()) else {
        return image;
    };
    let source = match (is_grey, has_alpha) {
        (true, false) => image.to_luma8().into_raw(),
        (true, true) => image.to_luma_alpha8().into_raw(),
        _ => image.as_bytes().to_vec(),
    };
    let mut pixels = vec![0; image.as_bytes().len()];
    if transform.transform(&source, &mut pixels).is_err() {
        return image;
    }
    let (width, height) = (image.width(), image.height());
    let converted = if has_alpha {
        RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from)
    } else {
        RgbImage::from_raw(width, height, pixels).map(DynamicImage::from)
    };
    converted.unwrap_or(image)
}

/// Decodes a JPEG of printing colours: with its profile, or by plain arithmetic if it has none for them. Returns `None` for
/// all other files. A large image is scaled before its colours are converted, to no less than `min_side` on its longer
/// side.
pub(super) fn decode_cmyk(
    bytes: &[u8],
    format: ImageFormat,
    profile: Option<&ColorProfile>,
    min_side: u32,
) -> Option<RgbImage> {
    if format != ImageFormat::Jpeg {
        return None;
    }
    let options = DecoderOptions::default().set_strict_mode(false).set_max_width(usize::MAX).set_max_height(usize::MAX);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let space = decoder.input_colorspace()?;
    if !matches!(space, ColorSpace::CMYK | ColorSpace::YCCK) {
        return None;
    }
    decoder.set_options(options.jpeg_set_out_colorspace(space));
    let pixels = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    let stored = RgbaImage::from_raw(u32::try_from(width).ok()?, u32::try_from(height).ok()?, pixels)?;
    let mut inks = shrink(stored, min_side);
    let is_inverted =
        blocks::of(bytes, ImageFormat::Jpeg).any(|block| block.name == [0xEE] && block.content.starts_with(b"Adobe"));
    for pixel in inks.pixels_mut() {
        pixel.0 = match space {
            ColorSpace::YCCK => inks_of_ycck(pixel.0),
            _ if is_inverted => pixel.0.map(|value| 255 - value),
            _ => pixel.0,
        };
    }
    match profile.filter(|profile| profile.color_space == DataColorSpace::Cmyk) {
        Some(profile) => {
            let srgb = ColorProfile::new_srgb();
            let transform =
                profile.create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgb, TransformOptions::default()).ok()?;
            let mut colours = vec![0; inks.len() / 4 * 3];
            transform.transform(inks.as_raw(), &mut colours).ok()?;
            RgbImage::from_raw(inks.width(), inks.height(), colours)
        }
        None => {
            Some(RgbImage::from_fn(inks.width(), inks.height(), |x, y| Rgb(without_profile(inks.get_pixel(x, y).0))))
        }
    }
}

fn shrink(inks: RgbaImage, min_side: u32) -> RgbaImage {
    let side = inks.width().max(inks.height());
    let factor = side / min_side.max(1);
    if factor < 2 {
        return inks;
    }
    imageops::thumbnail(&inks, (inks.width() / factor).max(1), (inks.height() / factor).max(1))
}

/// Each ink takes its share of one colour, and black of all.
fn without_profile([cyan, magenta, yellow, black]: [u8; 4]) -> [u8; 3] {
    let left = |ink: u8| u16::from(255 - ink) * u16::from(255 - black) / 255;
    [cyan, magenta, yellow].map(|ink| u8::try_from(left(ink)).unwrap_or(u8::MAX))
}

/// Converts YCCK, which exists only inverted, to inks.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is clamped to a byte")]
fn inks_of_ycck([y, blue, red, black]: [u8; 4]) -> [u8; 4] {
    let (y, blue, red) = (f32::from(y), f32::from(blue) - 128.0, f32::from(red) - 128.0);
    let byte = |value: f32| value.round().clamp(0.0, 255.0) as u8;
    [byte(y + 1.402 * red), byte(y - 0.344_14 * blue - 0.714_14 * red), byte(y + 1.772 * blue), 255 - black]
}
