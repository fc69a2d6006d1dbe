//! Requirements on the style sheet: contrast in both colour schemes (WCAG 1.4.3, 1.4.11), and
//! reduced motion (2.3.3).

use std::collections::BTreeMap;

use rstest::rstest;

const STYLE: &str = include_str!("../../../../../static/app.css");

/// Returns the colours of the tokens, light and dark.
fn tokens() -> BTreeMap<&'static str, [[u8; 3]; 2]> {
    let found = STYLE.split("--").filter_map(|part| {
        let (name, rest) = part.split_once(":light-dark(")?;
        let (light, rest) = rest.split_once(',')?;
        let (dark, _) = rest.split_once(')')?;
        Some((name, [colour(light), colour(dark)]))
    });
    found.collect()
}

fn colour(text: &str) -> [u8; 3] {
    let digits = text.strip_prefix('#').expect("a colour in hexadecimal");
    let long: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => digits.to_owned(),
    };
    let part = |at: usize| u8::from_str_radix(&long[at..at + 2], 16).expect("two digits");
    assert_eq!(long.len(), 6, "{text}");
    [part(0), part(2), part(4)]
}

/// Computes the relative luminance of WCAG 2.2.
fn luminance(colour: [u8; 3]) -> f64 {
    let linear = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

/// Computes the contrast ratio of WCAG 2.2.
fn contrast(item: [u8; 3], other: [u8; 3]) -> f64 {
    let (item, other) = (luminance(item), luminance(other));
    (item.max(other) + 0.05) / (item.min(other) + 0.05)
}

#[rstest]
#[case([0, 0, 0], [255, 255, 255], 21.0)]
#[case([255, 255, 255], [255, 255, 255], 1.0)]
// Examples from the understanding documents of WCAG.
#[case([0x77, 0x77, 0x77], [255, 255, 255], 4.48)]
#[case([0x76, 0x76, 0x76], [255, 255, 255], 4.54)]
fn contrast_is_computed_as_in_wcag(
    #[case] item: [u8; 3],
    #[case] other: [u8; 3],
    #[case] ratio: f64,
) {
    assert!((contrast(item, other) - ratio).abs() < 0.01);
}

/// Text on any of its backgrounds needs 4.5; edges of controls and the focus need 3.
#[rstest]
#[case("text", &["bg", "card", "tint"], 4.5)]
#[case("muted", &["bg", "card", "tint"], 4.5)]
#[case("accent", &["bg", "card", "tint"], 4.5)]
#[case("hover", &["bg", "card", "tint"], 4.5)]
#[case("on", &["accent", "hover"], 4.5)]
#[case("bad", &["bg", "card", "bad-bg"], 4.5)]
#[case("ok", &["ok-bg"], 4.5)]
#[case("warn", &["warn-bg"], 4.5)]
#[case("line", &["bg", "card"], 3.0)]
fn text_and_controls_have_required_contrast(
    #[case] front: &str,
    #[case] grounds: &[&str],
    #[case] least: f64,
) {
    let tokens = tokens();
    for ground in grounds {
        for (scheme, name) in ["light", "dark"].into_iter().enumerate() {
            let ratio = contrast(tokens[front][scheme], tokens[ground][scheme]);
            assert!(ratio >= least, "{front} on {ground}, {name}: {ratio:.2}");
        }
    }
}

/// Finds colours outside the tokens, which the check above would miss.
#[test]
fn every_colour_is_token() {
    let known = tokens();
    assert!(known.len() >= 16, "{known:?}");
    // The first rule contains the tokens. Black with low opacity is a shadow, and a QR code is dark
    // on white in every scheme.
    let (_, rules) = STYLE.split_once("}\n").expect("rules");
    for (at, _) in rules.match_indices('#') {
        let colour: String = rules[at + 1..]
            .chars()
            .take_while(char::is_ascii_hexdigit)
            .collect();
        let before = &rules[..at];
        let property = before.rsplit(['{', ';']).next().unwrap_or_default();
        let is_shadow = property.starts_with("box-shadow:") && colour.starts_with("000");
        let rule = before.rsplit('}').next().unwrap_or_default();
        let is_code = rule.trim().starts_with(".qr{");
        assert!(is_shadow || is_code, "{property}#{colour}");
    }
}

/// Checks that animations are limited to users without a preference for reduced motion.
#[test]
fn reduced_motion_disables_animation() {
    const CALM: &str = "@media (prefers-reduced-motion:no-preference){";
    let mut resting = String::new();
    let mut rest = STYLE;
    while let Some((before, block)) = rest.split_once(CALM) {
        resting.push_str(before);
        let mut depth = 1;
        let end = block.find(|c| {
            depth += match c {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0
        });
        rest = &block[end.expect("an end")..];
    }
    resting.push_str(rest);
    for moving in ["transition", "animation", "@keyframes", "scroll-behavior"] {
        assert!(!resting.contains(moving), "{moving}");
    }
}
