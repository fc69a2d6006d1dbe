use rstest::rstest;

use crate::{Config, ConfigError, Finding};

fn load(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let good = [
        ("DOORWARD_ISSUER".to_owned(), "https://id.example.org"),
        (
            "DOORWARD_SECRET_KEY".to_owned(),
            "q83vEjRWeJCrze/+3LqYdlQyEKpVzDOZd4iZqrvM3e8=",
        ),
    ];
    let settings = settings
        .iter()
        .map(|(key, value)| (format!("DOORWARD__BRANDING__{key}"), *value));
    let environment = good.into_iter().chain(settings);
    Config::load(
        None,
        environment.map(|(name, value)| (name, value.to_owned())),
    )
}

fn findings(settings: &[(&str, &str)]) -> Vec<Finding> {
    load(settings).unwrap().check_serve()
}

/// Settings, and the only error: its key, and parts of its text.
#[rstest]
#[case(
    &[("ACCENT", "#f5c518")],
    "branding.accent",
    &["#f5c518 has a contrast of 1.52 : 1 with #f6f7f9", "at least 4.5 : 1", "\"#896e0d\""]
)]
#[case(
    &[("ACCENT_DARK", "#1f4fd1")],
    "branding.accent_dark",
    &["contrast of 2.52 : 1 with #181c22", "\"#5c7fdd\""]
)]
#[case(
    &[("BACKGROUND", "#bbbbbb")],
    "branding.background",
    &["#bbbbbb has a contrast of 3.40 : 1 with #b3261e", "texts on it", "same hue"]
)]
// This accent passes on the usual background.
#[case(
    &[("BACKGROUND", "#d9d9d9"), ("ACCENT", "#c2410c")],
    "branding.accent",
    &["contrast of 3.66 : 1 with #d9d9d9"]
)]
// An accent is not compared with a background that is rejected.
#[case(
    &[("BACKGROUND_DARK", "#ffffff"), ("ACCENT_DARK", "#f5c518")],
    "branding.background_dark",
    &["#ffffff has a contrast of"]
)]
#[case(&[("LOGO_DARK", "dark.png")], "branding.logo_dark", &["without branding.logo"])]
#[case(&[("PRIVACY_URL", "http://example.org/privacy")], "branding.privacy_url", &["not https"])]
#[case(&[("TERMS_URL", "mailto:law@example.org")], "branding.terms_url", &["not https"])]
#[case(&[("IMPRINT_URL", "javascript:alert(1)")], "branding.imprint_url", &["not https"])]
#[case(&[("IMPRINT_URL", "/imprint")], "branding.imprint_url", &["not an address"])]
#[case(&[("SUPPORT_URL", "tel:+491234")], "branding.support_url", &["neither https nor mailto"])]
#[case(&[("SUPPORT_URL", "mailto:support")], "branding.support_url", &["not one e-mail address alone"])]
fn rejects_unusable_settings(
    #[case] settings: &[(&str, &str)],
    #[case] key: &str,
    #[case] parts: &[&str],
) {
    let found = findings(settings);
    let [error] = &*found else {
        panic!("{found:?}");
    };
    assert_eq!(error.key, key);
    let text = error.to_string();
    for part in parts {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn accepts_complete_brand() {
    let settings = [
        ("NAME", "Example Bank"),
        ("LOGO", "logo.png"),
        ("LOGO_DARK", "dark.png"),
        ("FAVICON", "icon.png"),
        ("ACCENT", "#C2410C"),
        ("ACCENT_DARK", "#ff9d66"),
        ("BACKGROUND", "#fff7f0"),
        ("BACKGROUND_DARK", "#120c08"),
        ("PRIVACY_URL", "https://example.org/privacy"),
        ("TERMS_URL", "https://example.org/terms"),
        ("IMPRINT_URL", "https://example.org/imprint?lang=de#top"),
        ("SUPPORT_URL", "mailto:support@example.org"),
        ("DEFAULT_LANGUAGE", "de"),
    ];
    assert_eq!(findings(&settings), []);
    let branding = load(&settings).unwrap().branding;
    assert_eq!(branding.accent.unwrap().to_string(), "#c2410c");
    assert_eq!(branding.pictures().count(), 3);
}

#[rstest]
#[case("ACCENT", "red", "write a color such as \"#1f4fd1\"")]
#[case("BACKGROUND", "#fff", "write a color such as \"#1f4fd1\"")]
#[case("DEFAULT_LANGUAGE", "sv", "\"de\", \"en\"")]
#[case("PRIVACY_URL", "https://user:pw@example.org/", "write an address")]
fn rejects_values_of_other_types(#[case] key: &str, #[case] value: &str, #[case] advice: &str) {
    let error = load(&[(key, value)]).unwrap_err().to_string();
    assert!(error.contains(advice), "{error}");
}
