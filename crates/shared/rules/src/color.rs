//! Colors and their contrast (WCAG 2.2).

use std::fmt;

use crate::prelude::*;

/// A color of sRGB without opacity, written as `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color([u8; 3]);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a color such as #1f4fd1")]
pub struct ColorError;

impl Color {
    pub const BLACK: Self = Self([0; 3]);
    pub const WHITE: Self = Self([255; 3]);

    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Parses `#rrggbb`, in upper or lower case.
    ///
    /// # Errors
    /// Returns an error for any other text, also for `#rgb` and for names of colors.
    pub fn parse(text: &str) -> Result<Self, ColorError> {
        let digits = text.strip_prefix('#').ok_or(ColorError)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ColorError);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| ColorError)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// Computes the relative luminance.
    pub fn relative_luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Computes the contrast ratio of text in one of the colors on the other one, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (own, other) = (self.relative_luminance(), other.relative_luminance());
        (own.max(other) + 0.05) / (own.min(other) + 0.05)
    }

    /// Returns a mixture in which `share` of 255 parts are from the other color.
    #[must_use]
    pub fn mix(self, other: Self, share: u8) -> Self {
        let (kept, added) = (u16::from(u8::MAX - share), u16::from(share));
        let part = |at: usize| {
            let sum = u16::from(self.0[at]) * kept + u16::from(other.0[at]) * added;
            u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
        };
        Self([part(0), part(1), part(2)])
    }

    /// Returns the mixture with `end` that is closest to this color and `fits`. Black and white
    /// keep the hue.
    #[must_use]
    pub fn nearest(self, end: Self, fits: impl Fn(Self) -> bool) -> Self {
        let mut mixtures = (0..=u8::MAX).map(|share| self.mix(end, share));
        mixtures.find(|mixture| fits(*mixture)).unwrap_or(end)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl TryFrom<String> for Color {
    type Error = ColorError;

    fn try_from(text: String) -> Result<Self, ColorError> {
        Self::parse(&text)
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

#[cfg(test)]
mod tests;
