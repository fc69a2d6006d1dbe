use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn color(text: &str) -> Color {
    Color::parse(text).unwrap()
}

/// Accents that pass, and accents with the color that replaces them.
#[rstest]
#[case(Scheme::Light, "#1f4fd1", None)]
#[case(Scheme::Light, "#c2410c", None)]
#[case(Scheme::Light, "#000000", None)]
#[case(Scheme::Light, "#f5c518", Some("#896e0d"))]
#[case(Scheme::Light, "#d9381e", Some("#d3361d"))]
#[case(Scheme::Light, "#ffffff", Some("#717171"))]
#[case(Scheme::Dark, "#8db2ff", None)]
#[case(Scheme::Dark, "#f5c518", None)]
#[case(Scheme::Dark, "#1f4fd1", Some("#5c7fdd"))]
#[case(Scheme::Dark, "#000000", Some("#838383"))]
fn accent_needs_contrast(
    #[case] scheme: Scheme,
    #[case] accent: &str,
    #[case] suggestion: Option<&str>,
) {
    let found = check_accent(scheme, color(accent), None).err();
    let suggested = found.map(|low| low.suggestion.to_string());
    assert_eq!(suggested.as_deref(), suggestion, "{found:?}");
}

#[test]
fn lowest_contrast_is_named() {
    let low = check_accent(Scheme::Light, color("#f5c518"), None).unwrap_err();
    assert_eq!(low.other, LIGHT.bg);
    assert!((low.ratio - 1.52).abs() < 0.01, "{low:?}");
}

/// Backgrounds that pass, and backgrounds with the color that replaces them.
#[rstest]
#[case(Scheme::Light, "#ffffff", true)]
#[case(Scheme::Light, "#fff4d6", true)]
#[case(Scheme::Light, "#d9d9d9", true)]
#[case(Scheme::Light, "#bbbbbb", false)]
#[case(Scheme::Light, "#000000", false)]
#[case(Scheme::Dark, "#000000", true)]
#[case(Scheme::Dark, "#1a1033", true)]
#[case(Scheme::Dark, "#808080", false)]
#[case(Scheme::Dark, "#ffffff", false)]
fn background_needs_contrast(#[case] scheme: Scheme, #[case] background: &str, #[case] fits: bool) {
    let found = check_background(scheme, color(background), None);
    assert_eq!(found.is_ok(), fits, "{found:?}");
    if let Err(low) = found {
        assert_eq!(check_background(scheme, low.suggestion, None), Ok(()));
    }
}

#[test]
fn brand_without_colors_has_those_of_style_sheet() {
    for scheme in Scheme::ALL {
        let palette = scheme.palette();
        let colors = BrandColors::derive(scheme, ChosenColors::default(), None);
        assert_eq!(
            (colors.bg, colors.line, colors.accent),
            (palette.bg, palette.line, palette.accent)
        );
        assert_eq!(
            (colors.hover, colors.on, colors.tint),
            (palette.hover, palette.on, palette.tint)
        );
    }
}

/// Checks every pair of colors that the pages show.
fn check_pairs(scheme: Scheme, chosen: ChosenColors, other_accent: Option<Color>) {
    let palette = scheme.palette();
    let colors = BrandColors::derive(scheme, chosen, other_accent);
    let grounds = [colors.bg, palette.card, colors.tint];
    for text in [colors.accent, colors.hover, palette.text, palette.muted] {
        assert!(has_contrast(text, &grounds, MIN_TEXT), "{text}: {colors:?}");
    }
    let buttons = [colors.accent, colors.hover];
    assert!(has_contrast(colors.on, &buttons, MIN_TEXT), "{colors:?}");
    let edges = [colors.bg, palette.card];
    assert!(has_contrast(colors.line, &edges, MIN_EDGE), "{colors:?}");
}

fn passing(color: Color, check: impl Fn(Color) -> Result<(), LowContrast>) -> Color {
    match check(color) {
        Ok(()) => color,
        Err(low) => {
            assert!(low.ratio < MIN_TEXT && low.suggestion != color, "{low:?}");
            assert_eq!(check(low.suggestion), Ok(()), "{color}");
            low.suggestion
        }
    }
}

/// Returns the hue in degrees; `None` for gray.
fn hue(color: Color) -> Option<f64> {
    let text = color.to_string();
    let part = |at: usize| f64::from(u8::from_str_radix(&text[at..at + 2], 16).unwrap());
    let (red, green, blue) = (part(1), part(3), part(5));
    let max = red.max(green).max(blue);
    let range = max - red.min(green).min(blue);
    let sector = if max <= red {
        (green - blue) / range
    } else if max <= green {
        (blue - red) / range + 2.0
    } else {
        (red - green) / range + 4.0
    };
    (range > 0.0).then_some(sector * 60.0)
}

/// Returns the most colorful color of a hue, from 0 to 1,529.
fn of_hue(hue: u16) -> Color {
    let step = u8::try_from(hue % 255).unwrap();
    let back = 255 - step;
    match hue / 255 {
        0 => Color::new(255, step, 0),
        1 => Color::new(back, 255, 0),
        2 => Color::new(0, 255, step),
        3 => Color::new(0, back, 255),
        4 => Color::new(step, 0, 255),
        _ => Color::new(255, 0, back),
    }
}

#[test]
fn suggestions_of_every_hue_pass() {
    for scheme in Scheme::ALL {
        for number in 0..1_530 {
            let pure = of_hue(number);
            for (end, share) in [(Color::WHITE, 0), (Color::WHITE, 120), (Color::BLACK, 120)] {
                let color = pure.mix(end, share);
                let accent = passing(color, |color| check_accent(scheme, color, None));
                let (before, after) = (hue(color).unwrap(), hue(accent).unwrap());
                let turned = (before - after).abs();
                assert!(turned.min(360.0 - turned) < 3.0, "{color} {accent}");
                let chosen = ChosenColors {
                    accent: Some(accent),
                    background: None,
                };
                check_pairs(scheme, chosen, None);
                check_pairs(scheme, ChosenColors::default(), Some(color));
            }
        }
    }
}

proptest! {
    #[test]
    fn suggestions_of_any_color_pass(
        accent in any::<[u8; 3]>(),
        background in any::<[u8; 3]>(),
        dark in any::<bool>(),
    ) {
        let scheme = Scheme::ALL[usize::from(dark)];
        let [accent, background] = [accent, background].map(|[r, g, b]| Color::new(r, g, b));
        let ground = passing(background, |color| check_background(scheme, color, Some(accent)));
        let accent = passing(accent, |color| check_accent(scheme, color, Some(ground)));
        let chosen = ChosenColors { accent: Some(accent), background: Some(ground) };
        check_pairs(scheme, chosen, None);
        let ground = passing(background, |color| check_background(scheme, color, None));
        let chosen = ChosenColors { accent: None, background: Some(ground) };
        check_pairs(scheme, ChosenColors { background: None, ..chosen }, Some(accent));
        check_pairs(scheme, chosen, Some(accent));
        // The tinted areas keep their color.
        let colors = BrandColors::derive(scheme, chosen, None);
        let texts = [scheme.palette().text, scheme.palette().muted, colors.accent];
        prop_assert!(has_contrast(colors.bg, &texts, MIN_TEXT), "{colors:?}");
    }
}
