use rstest::rstest;

use super::*;

#[rstest]
#[case("#000000", "#ffffff", 21.0)]
#[case("#ffffff", "#ffffff", 1.0)]
// Examples from the understanding documents of WCAG.
#[case("#777777", "#ffffff", 4.48)]
#[case("#767676", "#ffffff", 4.54)]
#[case("#ff0000", "#ffffff", 4.00)]
#[case("#00ff00", "#ffffff", 1.37)]
#[case("#0000ff", "#ffffff", 8.59)]
#[case("#ff0000", "#0000ff", 2.15)]
#[case("#1f4fd1", "#ffffff", 6.78)]
fn contrast_is_computed_as_in_wcag(#[case] text: &str, #[case] other: &str, #[case] ratio: f64) {
    let [text, other] = [text, other].map(|color| Color::parse(color).unwrap());
    for contrast in [text.contrast(other), other.contrast(text)] {
        assert!((contrast - ratio).abs() < 0.01, "{contrast}");
    }
}

#[test]
fn texts_of_six_digits_are_colors() {
    for (text, written) in [
        ("#1f4fd1", "#1f4fd1"),
        ("#1F4FD1", "#1f4fd1"),
        ("#00000a", "#00000a"),
    ] {
        assert_eq!(Color::parse(text).unwrap().to_string(), written);
    }
    for text in [
        "",
        "#",
        "1f4fd1",
        "#1f4fd",
        "#1f4fd1f",
        "#fff",
        "#+f4fd1",
        "red",
        "#1f4fdg",
        "rgb(1,2,3)",
        " #1f4fd1",
        "#ffffé",
    ] {
        assert_eq!(Color::parse(text), Err(ColorError), "{text}");
    }
    let read: Color = serde_json::from_str("\"#1F4FD1\"").unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), "\"#1f4fd1\"");
    assert!(serde_json::from_str::<Color>("\"blue\"").is_err());
}

#[test]
fn mixture_reaches_from_one_color_to_other() {
    let (red, white) = (Color::new(200, 10, 0), Color::WHITE);
    assert_eq!(red.mix(white, 0), red);
    assert_eq!(red.mix(white, 255), white);
    assert_eq!(red.mix(Color::BLACK, 51), Color::new(160, 8, 0));
    assert_eq!(red.nearest(white, |_| true), red);
    assert_eq!(red.nearest(white, |_| false), white);
}
