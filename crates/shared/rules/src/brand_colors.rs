//! Colors of a brand: those of the operator, and those that follow from them. Text has the contrast
//! that WCAG 2.2 requires in each of them.

use std::fmt;

use crate::color::Color;

/// Minimum contrast of text (WCAG 2.2 §1.4.3).
pub const MIN_TEXT: f64 = 4.5;
/// Minimum contrast of the edges of controls (WCAG 2.2 §1.4.11).
pub const MIN_EDGE: f64 = 3.0;
/// Contrast of an accent that follows from that of the other scheme (WCAG 2.2 §1.4.6).
const ENHANCED: f64 = 7.0;
/// Share of black or white in the accent below the pointer, of 255.
const HOVER: u8 = 51;

doorward_protocol::words! {
    /// A color scheme of the pages.
    pub enum Scheme {
        Light = "light",
        Dark = "dark",
    }
}

/// Colors of the style sheet in one scheme.
#[derive(Debug)]
pub struct Palette {
    pub bg: Color,
    pub card: Color,
    pub text: Color,
    pub muted: Color,
    pub line: Color,
    pub accent: Color,
    pub hover: Color,
    pub on: Color,
    pub bad: Color,
    pub tint: Color,
    /// Color that text approaches as its contrast grows.
    end: Color,
    /// Maximum share of the accent in a tinted area, of 255.
    max_tint: u8,
}

const LIGHT: Palette = Palette {
    bg: Color::new(0xf6, 0xf7, 0xf9),
    card: Color::WHITE,
    text: Color::new(0x14, 0x18, 0x1f),
    muted: Color::new(0x52, 0x5c, 0x6b),
    line: Color::new(0x85, 0x8f, 0x9e),
    accent: Color::new(0x1f, 0x4f, 0xd1),
    hover: Color::new(0x18, 0x3f, 0xa8),
    on: Color::WHITE,
    bad: Color::new(0xb3, 0x26, 0x1e),
    tint: Color::new(0xed, 0xf2, 0xfd),
    end: Color::BLACK,
    max_tint: 20,
};

const DARK: Palette = Palette {
    bg: Color::new(0x0f, 0x12, 0x16),
    card: Color::new(0x18, 0x1c, 0x22),
    text: Color::new(0xe9, 0xed, 0xf3),
    muted: Color::new(0xa6, 0xb0, 0xbf),
    line: Color::new(0x6f, 0x7b, 0x8c),
    accent: Color::new(0x8d, 0xb2, 0xff),
    hover: Color::new(0xb3, 0xcc, 0xff),
    on: Color::new(0x0b, 0x1a, 0x3a),
    bad: Color::new(0xff, 0xb4, 0xab),
    tint: Color::new(0x1d, 0x28, 0x38),
    end: Color::WHITE,
    max_tint: 31,
};

impl Scheme {
    pub const fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

/// The operator's colors in one scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChosenColors {
    /// Color of links and buttons.
    pub accent: Option<Color>,
    /// Color of the page around the content.
    pub background: Option<Color>,
}

/// A color whose contrast is too low.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LowContrast {
    /// Color that is used on it, or that it is used on.
    pub other: Color,
    /// Contrast of both.
    pub ratio: f64,
    /// The closest color of the same hue with sufficient contrast.
    pub suggestion: Color,
}

/// A chosen color that cannot be used. The text names it, its contrast and the minimum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnreadableColor {
    pub scheme: Scheme,
    /// True for the background, false for the accent.
    pub is_background: bool,
    pub color: Color,
    pub low: LowContrast,
}

impl fmt::Display for UnreadableColor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LowContrast { other, ratio, .. } = self.low;
        // Never rounded up to the minimum.
        let ratio = (ratio * 100.0).floor() / 100.0;
        let uses = if self.is_background {
            "texts on it"
        } else {
            "links and buttons"
        };
        let color = self.color;
        write!(
            f,
            "{color} has a contrast of {ratio:.2} : 1 with {other}; {uses} need at least {MIN_TEXT} : 1"
        )
    }
}

/// Checks the chosen colors of a scheme: first the background, then the accent on it.
///
/// # Errors
/// Returns the first color whose contrast is too low.
pub fn check_colors(scheme: Scheme, chosen: ChosenColors) -> Result<(), UnreadableColor> {
    let ChosenColors { accent, background } = chosen;
    let unreadable = |is_background, color| {
        move |low| UnreadableColor {
            scheme,
            is_background,
            color,
            low,
        }
    };
    if let Some(color) = background {
        check_background(scheme, color, accent).map_err(unreadable(true, color))?;
    }
    if let Some(color) = accent {
        check_accent(scheme, color, background).map_err(unreadable(false, color))?;
    }
    Ok(())
}

/// Checks that all text of the pages is readable on the background, in a scheme.
///
/// # Errors
/// Returns the text with the lowest contrast.
pub fn check_background(
    scheme: Scheme,
    background: Color,
    accent: Option<Color>,
) -> Result<(), LowContrast> {
    let palette = scheme.palette();
    // An own accent is checked against the background, and its hover color has more contrast.
    let own = accent.is_none().then_some([palette.accent, palette.hover]);
    let texts = [palette.text, palette.muted, palette.bad];
    let texts: Vec<Color> = texts.into_iter().chain(own.into_iter().flatten()).collect();
    let end = match scheme {
        Scheme::Light => Color::WHITE,
        Scheme::Dark => Color::BLACK,
    };
    check(background, end, &texts)
}

/// Checks that links are readable on the page and on cards, and texts on buttons, in a scheme. The
/// background must have passed [`check_background`].
///
/// # Errors
/// Returns the surface with the lowest contrast.
pub fn check_accent(
    scheme: Scheme,
    accent: Color,
    background: Option<Color>,
) -> Result<(), LowContrast> {
    let palette = scheme.palette();
    // Texts on buttons have the color of the card.
    let surfaces = [palette.card, background.unwrap_or(palette.bg)];
    check(accent, palette.end, &surfaces)
}

fn check(color: Color, end: Color, others: &[Color]) -> Result<(), LowContrast> {
    let ratios = others.iter().map(|other| (*other, color.contrast(*other)));
    match ratios.min_by(|(_, left), (_, right)| left.total_cmp(right)) {
        Some((other, ratio)) if ratio < MIN_TEXT => Err(LowContrast {
            other,
            ratio,
            suggestion: color.nearest(end, |color| has_contrast(color, others, MIN_TEXT)),
        }),
        _ => Ok(()),
    }
}

fn has_contrast(color: Color, others: &[Color], least: f64) -> bool {
    others.iter().all(|other| color.contrast(*other) >= least)
}

/// The chosen colors in both schemes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchemeColors {
    pub light: ChosenColors,
    pub dark: ChosenColors,
}

impl SchemeColors {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Checks the colors of both schemes.
    ///
    /// # Errors
    /// Returns the first color whose contrast is too low.
    pub fn check(&self) -> Result<(), UnreadableColor> {
        check_colors(Scheme::Light, self.light)?;
        check_colors(Scheme::Dark, self.dark)
    }

    /// Derives the colors of a scheme from checked ones.
    pub fn derive(&self, scheme: Scheme) -> BrandColors {
        let (chosen, other) = match scheme {
            Scheme::Light => (self.light, self.dark),
            Scheme::Dark => (self.dark, self.light),
        };
        BrandColors::derive(scheme, chosen, other.accent)
    }

    /// Returns the color of buttons in messages, whose text is white; `None` without an accent.
    pub fn message_accent(&self) -> Option<Color> {
        let is_set = self.light.accent.is_some() || self.dark.accent.is_some();
        is_set.then(|| self.derive(Scheme::Light).accent)
    }
}

/// Colors of a brand in one scheme, which replace those of the style sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrandColors {
    pub bg: Color,
    pub line: Color,
    pub accent: Color,
    /// The accent below the pointer.
    pub hover: Color,
    /// Text on the accent.
    pub on: Color,
    /// Areas that are slightly tinted with the accent.
    pub tint: Color,
}

impl BrandColors {
    /// Derives the colors of a scheme from checked ones. An accent that is not set follows from that
    /// of the other scheme.
    pub fn derive(scheme: Scheme, chosen: ChosenColors, other_accent: Option<Color>) -> Self {
        let palette = scheme.palette();
        let bg = chosen.background.unwrap_or(palette.bg);
        let surfaces = [palette.card, bg];
        let follow = |accent: Color| {
            accent.nearest(palette.end, |color| {
                has_contrast(color, &surfaces, ENHANCED)
            })
        };
        let own = chosen.accent.or_else(|| other_accent.map(follow));
        let line = palette.line;
        let line = line.nearest(palette.end, |line| has_contrast(line, &surfaces, MIN_EDGE));
        let Some(accent) = own else {
            return Self {
                bg,
                line,
                accent: palette.accent,
                hover: palette.hover,
                on: palette.on,
                tint: palette.tint,
            };
        };
        let texts = [accent, palette.text, palette.muted];
        let tints = (0..=palette.max_tint).rev();
        let mut tints = tints.map(|share| palette.card.mix(accent, share));
        let tint = tints.find(|tint| has_contrast(*tint, &texts, MIN_TEXT));
        Self {
            bg,
            line,
            accent,
            hover: accent.mix(palette.end, HOVER),
            on: palette.card,
            tint: tint.unwrap_or(palette.card),
        }
    }
}

#[cfg(test)]
mod tests;
