//! Draws images for the demo campus: portraits without features, and hills.

use std::io::Cursor;

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, Rgb, Rgb32FImage};

use super::random::Random;
use crate::error::{Error, Result};

const PORTRAIT_SIDE: u16 = 200;
const LANDSCAPE_SIZE: (u16, u16) = (480, 320);

type Colour = [f32; 3];

/// The top and the bottom of the background, and the colour of the foreground.
const PALETTES: &[[Colour; 3]] = &[
    [[250.0, 214.0, 165.0], [243.0, 166.0, 131.0], [92.0, 70.0, 96.0]],
    [[198.0, 226.0, 242.0], [142.0, 184.0, 214.0], [44.0, 82.0, 104.0]],
    [[230.0, 236.0, 206.0], [178.0, 206.0, 158.0], [58.0, 92.0, 70.0]],
    [[236.0, 214.0, 236.0], [190.0, 164.0, 212.0], [84.0, 66.0, 118.0]],
    [[252.0, 236.0, 190.0], [240.0, 196.0, 110.0], [128.0, 84.0, 48.0]],
    [[212.0, 238.0, 232.0], [132.0, 198.0, 188.0], [32.0, 94.0, 98.0]],
];

const SKIN: &[Colour] =
    &[[246.0, 217.0, 192.0], [228.0, 184.0, 148.0], [190.0, 138.0, 100.0], [141.0, 94.0, 66.0], [92.0, 62.0, 48.0]];

const HAIR: &[Colour] =
    &[[42.0, 34.0, 32.0], [92.0, 62.0, 40.0], [168.0, 116.0, 62.0], [214.0, 178.0, 112.0], [124.0, 46.0, 30.0]];

/// Draws a person from the shoulders up, as a PNG.
pub fn portrait(random: &mut Random) -> Result<Bytes> {
    let [top, bottom, clothes] = PALETTES[random.below(PALETTES.len())];
    let (skin, hair) = (SKIN[random.below(SKIN.len())], HAIR[random.below(HAIR.len())]);
    let has_long_hair = random.once_in(2);
    let parting = fraction(random) * 0.1 - 0.05;
    encode(PORTRAIT_SIDE, PORTRAIT_SIDE, |x, y| {
        let mut colour = mix(top, bottom, y);
        if has_long_hair {
            colour = mix(colour, hair, ellipse(x, y, (0.5, 0.52), (0.235, 0.33)));
        }
        colour = mix(colour, clothes, ellipse(x, y, (0.5, 1.06), (0.38, 0.36)));
        colour = mix(colour, skin, ellipse(x, y, (0.5, 0.68), (0.075, 0.14)));
        colour = mix(colour, hair, ellipse(x, y, (0.5, 0.4), (0.2, 0.235)));
        // The face covers the lower part of the hair, a little to one side.
        mix(colour, skin, ellipse(x, y, (0.5 + parting, 0.47), (0.165, 0.2)))
    })
}

/// Draws hills under a low sun, as a PNG.
pub fn landscape(random: &mut Random) -> Result<Bytes> {
    let [top, bottom, near] = PALETTES[random.below(PALETTES.len())];
    let sun = (0.15 + 0.7 * fraction(random), 0.22 + 0.2 * fraction(random));
    let ridges: Vec<[f32; 4]> = (0..4).map(|_| [(); 4].map(|()| fraction(random))).collect();
    let (width, height) = LANDSCAPE_SIZE;
    encode(width, height, |x, y| {
        let mut colour = mix(top, bottom, (y * 1.4).min(1.0));
        colour = mix(colour, [255.0, 248.0, 226.0], ellipse(x, y, sun, (0.05, 0.075)));
        let mut distance = 0.25;
        for [first, second, third, shift] in &ridges {
            let waves = (x * (3.0 + 3.0 * first) + shift * 6.0).sin() * 0.05
                + (x * (8.0 + 5.0 * second) + third * 6.0).sin() * 0.018;
            let ridge = 0.42 + distance * 0.5 + waves;
            colour = mix(colour, mix(bottom, near, distance), edge(y - ridge));
            distance += 0.25;
        }
        colour
    })
}

/// Draws each pixel with `colour`, which takes coordinates from 0 to 1, and encodes the image.
fn encode(width: u16, height: u16, colour: impl Fn(f32, f32) -> Colour) -> Result<Bytes> {
    let ratio = |pixel: u32, side: u16| f32::from(u16::try_from(pixel).unwrap_or(side)) / f32::from(side);
    let image = Rgb32FImage::from_fn(width.into(), height.into(), |x, y| {
        Rgb(colour(ratio(x, width), ratio(y, height)).map(|channel| channel / 255.0))
    });
    let mut bytes = Cursor::new(Vec::new());
    let image = DynamicImage::from(image).into_rgb8();
    image.write_to(&mut bytes, ImageFormat::Png).map_err(Error::internal)?;
    Ok(bytes.into_inner().into())
}

/// Returns how much of a pixel is covered by an ellipse: 1 inside, 0 outside, a fraction at the edge.
fn ellipse(x: f32, y: f32, centre: (f32, f32), radius: (f32, f32)) -> f32 {
    let (dx, dy) = ((x - centre.0) / radius.0, (y - centre.1) / radius.1);
    edge((1.0 - dx.hypot(dy)) * radius.0)
}

/// Rises from 0 to 1 over about two pixels, for smooth edges.
fn edge(depth: f32) -> f32 {
    (depth / 0.006 + 0.5).clamp(0.0, 1.0)
}

fn mix(from: Colour, to: Colour, amount: f32) -> Colour {
    // Most pixels are fully inside or outside a shape.
    if amount <= 0.0 {
        return from;
    }
    if amount >= 1.0 {
        return to;
    }
    [0, 1, 2].map(|channel| from[channel] + (to[channel] - from[channel]) * amount)
}

/// Returns a number from 0 to 1, exclusive.
fn fraction(random: &mut Random) -> f32 {
    u16::try_from(random.below(1_000)).map_or(0.0, f32::from) / 1_000.0
}
