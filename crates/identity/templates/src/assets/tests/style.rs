//! Requirements on the style sheet: contrast in both colour schemes (WCAG 1.4.3, 1.4.11), and
//! reduced motion (2.3.3).

use std::collections::BTreeMap;

use doorward_rules::brand_colors::Scheme;
use doorward_rules::color::Color;
use rstest::rstest;

const STYLE: &str = include_str!("../../../../../../static/app.css");

/// Returns the colours of the tokens, light and dark.
fn tokens() -> BTreeMap<&'static str, [Color; 2]> {
    let found = STYLE.split("--").filter_map(|part| {
        let (name, rest) = part.split_once(":light-dark(")?;
        let (light, rest) = rest.split_once(',')?;
        let (dark, _) = rest.split_once(')')?;
        Some((name, [colour(light), colour(dark)]))
    });
    found.collect()
}

fn colour(text: &str) -> Color {
    let digits = text.strip_prefix('#').expect("a colour in hexadecimal");
    let long: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => digits.to_owned(),
    };
    Color::parse(&format!("#{long}")).expect("six digits")
}

/// Checks that the colours from which those of a brand follow are those of the style sheet.
#[test]
fn palette_of_brands_is_that_of_style_sheet() {
    let tokens = tokens();
    for (number, scheme) in Scheme::ALL.into_iter().enumerate() {
        let palette = scheme.palette();
        for (name, colour) in [
            ("bg", palette.bg),
            ("card", palette.card),
            ("text", palette.text),
            ("muted", palette.muted),
            ("line", palette.line),
            ("accent", palette.accent),
            ("hover", palette.hover),
            ("on", palette.on),
            ("bad", palette.bad),
            ("tint", palette.tint),
        ] {
            assert_eq!(tokens[name][number], colour, "{name}");
        }
    }
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
            let ratio = tokens[front][scheme].contrast(tokens[ground][scheme]);
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

/// Checks that margins, paddings and gaps have one scale, in rem. The last one keeps a bar at the
/// end of the screen free.
#[test]
fn distances_have_one_scale() {
    let scale = [
        "0", ".125", ".25", ".375", ".5", ".625", ".75", "1", "1.25", "1.5", "2", "3", "4", "4.75",
    ];
    let mut seen = 0;
    let sheets = crate::assets::all().into_iter();
    for (name, _, sheet) in sheets.filter(|(_, kind, _)| kind.starts_with("text/css")) {
        let sheet = std::str::from_utf8(sheet).unwrap();
        for rule in sheet.split(['{', '}', ';']) {
            let is_distance = |property: &str| {
                let kinds = ["margin", "padding", "gap", "row-gap", "column-gap"];
                kinds.iter().any(|kind| property.starts_with(kind))
            };
            let Some((_, value)) = rule.split_once(':').filter(|(name, _)| is_distance(name))
            else {
                continue;
            };
            for length in value
                .split_whitespace()
                .filter(|part| !part.contains(['(', ')']))
            {
                let number = length.trim_start_matches('-').strip_suffix("rem");
                assert!(
                    number.is_none_or(|number| scale.contains(&number)),
                    "{name}: {rule}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "the distances were not read: {seen}");
}
