use rstest::rstest;

use super::*;

fn own(settings: &[(BrandSetting, &str)]) -> OwnBrand {
    let mut own = OwnBrand::default();
    for (setting, text) in settings {
        own.set(*setting, text).unwrap();
    }
    own
}

fn logo(id: &str) -> OwnLogo {
    OwnLogo {
        id: LogoId::parse(id).unwrap(),
        width: 180,
        height: 44,
    }
}

#[test]
fn every_setting_is_read_as_written_and_removed() {
    for setting in BrandSetting::ALL {
        let text = match setting.as_str() {
            "name" => "Acme",
            "default_language" => "de",
            name if name.ends_with("_url") => "https://acme.example/page",
            name if name.ends_with("_dark") => "#0a0a0a",
            _ => "#c2410c",
        };
        let mut brand = own(&[(setting, &format!(" {text} "))]);
        assert_eq!(brand.get(setting).as_deref(), Some(text));
        let stored = serde_json::to_string(&brand).unwrap();
        assert_eq!(serde_json::from_str::<OwnBrand>(&stored).unwrap(), brand);
        brand.set(setting, "").unwrap();
        assert!(brand.is_empty(), "{setting:?}");
    }
}

const CHARACTERS: &str = "with characters that an address must not have";
const ONE_MAILBOX: &str = "not one e-mail address alone";

/// Settings with a text that is rejected, and the problem.
#[rstest]
#[case(BrandSetting::Accent, "red", "not a color")]
#[case(BrandSetting::BackgroundDark, "#fff", "not a color")]
#[case(BrandSetting::PrivacyUrl, "http://acme.example", "not https")]
#[case(BrandSetting::TermsUrl, "mailto:law@acme.example", "not https")]
#[case(BrandSetting::ImprintUrl, "javascript:alert(1)", "not https")]
#[case(BrandSetting::SupportUrl, "tel:112", "neither https nor mailto")]
#[case(BrandSetting::SupportUrl, "https://a.example/\tb", CHARACTERS)]
#[case(BrandSetting::SupportUrl, "https://a.example/\r\nCall 555", CHARACTERS)]
#[case(BrandSetting::PrivacyUrl, "https://a.example/\u{1b}[2J", CHARACTERS)]
#[case(BrandSetting::TermsUrl, "https://a.example/\u{202e}", CHARACTERS)]
#[case(BrandSetting::ImprintUrl, "https://a.example/\u{a0}x", CHARACTERS)]
#[case(BrandSetting::ImprintUrl, "https:\\\\a.example", CHARACTERS)]
#[case(
    BrandSetting::TermsUrl,
    "https://a.example@evil.example",
    "with a user or password"
)]
#[case(
    BrandSetting::SupportUrl,
    "mailto:a@b.example?bcc=c@d.example",
    ONE_MAILBOX
)]
#[case(BrandSetting::SupportUrl, "mailto:a@b.example?subject=x", ONE_MAILBOX)]
#[case(
    BrandSetting::SupportUrl,
    "mailto:a@b.example,c@d.example",
    ONE_MAILBOX
)]
#[case(BrandSetting::SupportUrl, "mailto:a%0Abcc@b.example", ONE_MAILBOX)]
#[case(
    BrandSetting::SupportUrl,
    "mailto:nowhere",
    "not one e-mail address alone"
)]
#[case(BrandSetting::SupportUrl, "/help", "not an address")]
#[case(BrandSetting::DefaultLanguage, "sv", "one of de, en, es")]
#[case(BrandSetting::DefaultLanguage, "DE", "one of de, en, es")]
fn rejects_text(#[case] setting: BrandSetting, #[case] text: &str, #[case] problem: &str) {
    let mut brand = OwnBrand::default();
    let error = brand.set(setting, text).unwrap_err();
    assert_eq!(error.setting, setting);
    let found = error.problem.to_string();
    assert!(found.contains(problem), "{found}");
    assert!(brand.is_empty());
}

#[test]
fn rejects_long_link() {
    let link = format!("https://acme.example/{}", "a".repeat(MAX_LINK));
    assert!(link_problem(&link, false).is_some());
    assert_eq!(link_problem(&link[..MAX_LINK], false), None);
}

/// Colors, and the setting whose contrast is too low.
#[rstest]
#[case(&[(BrandSetting::Accent, "#c2410c")], None)]
#[case(&[(BrandSetting::Accent, "#f5c518")], Some(BrandSetting::Accent))]
#[case(&[(BrandSetting::AccentDark, "#1f4fd1")], Some(BrandSetting::AccentDark))]
#[case(&[(BrandSetting::Background, "#bbbbbb")], Some(BrandSetting::Background))]
#[case(&[(BrandSetting::BackgroundDark, "#ffffff")], Some(BrandSetting::BackgroundDark))]
#[case(
    &[(BrandSetting::Background, "#d9d9d9"), (BrandSetting::Accent, "#c2410c")],
    Some(BrandSetting::Accent)
)]
fn contrast_is_checked(
    #[case] settings: &[(BrandSetting, &str)],
    #[case] rejected: Option<BrandSetting>,
) {
    let found = own(settings).check().err();
    assert_eq!(found.map(|error| error.setting), rejected);
    if let Some(error) = found {
        let text = error.problem.to_string();
        assert!(text.contains("at least 4.5 : 1; write #"), "{text}");
    }
}

#[test]
fn own_parts_replace_others_one_by_one() {
    let organization = OwnBrand {
        logo: Some(logo("Zk3s9QyV0cX1bT7mZk3s9Q")),
        logo_dark: Some(logo("Zk3s9QyV0cX1bT7mZk3s9R")),
        favicon: Some(logo("Zk3s9QyV0cX1bT7mZk3s9T")),
        ..own(&[
            (BrandSetting::Name, "Acme"),
            (BrandSetting::Accent, "#c2410c"),
            (BrandSetting::Background, "#fff7f0"),
            (BrandSetting::SupportUrl, "mailto:help@acme.example"),
            (BrandSetting::DefaultLanguage, "de"),
        ])
    };
    let client = OwnBrand {
        logo: Some(logo("Zk3s9QyV0cX1bT7mZk3s9S")),
        ..own(&[
            (BrandSetting::AccentDark, "#8db2ff"),
            (BrandSetting::PrivacyUrl, "https://app.example/privacy"),
        ])
    };
    let french = own(&[(BrandSetting::DefaultLanguage, "fr")]);
    let mut site = Brand::named("Example Bank");
    site.links.terms = Some("https://bank.example/terms".to_owned());
    let brand = site.replaced_by(&organization).replaced_by(&client);
    assert_eq!(brand.name, "Acme");
    assert_eq!(brand.default_language.as_deref(), Some("de"));
    let replaced = brand.clone().replaced_by(&french);
    assert_eq!(replaced.default_language.as_deref(), Some("fr"));
    // Neither the background nor the dark logo of the organization fits these.
    assert_eq!(brand.colors, client.colors());
    let shown = brand.logo.unwrap();
    assert_eq!(shown.light.url, "/brand/Zk3s9QyV0cX1bT7mZk3s9S.png");
    assert_eq!(shown.dark, None);
    let icon = brand.icon_url.as_deref();
    assert_eq!(icon, Some("/brand/Zk3s9QyV0cX1bT7mZk3s9T.png"));
    assert_eq!(brand.links.support, organization.support_url);
    assert_eq!(brand.links.privacy, client.privacy_url);
    assert_eq!(
        brand.links.terms.as_deref(),
        Some("https://bank.example/terms")
    );
    assert_eq!(brand.links.imprint, None);
}

#[test]
fn each_kind_of_picture_has_its_place() {
    for kind in PictureKind::ALL {
        let mut brand = OwnBrand::default();
        *brand.picture_mut(kind) = Some(logo("Zk3s9QyV0cX1bT7mZk3s9Q"));
        let places = [&brand.logo, &brand.logo_dark, &brand.favicon].map(Option::is_some);
        let expected = PictureKind::ALL.map(|place| place == kind);
        assert_eq!(places, expected);
        let stored = serde_json::to_string(&brand).unwrap();
        assert_eq!(serde_json::from_str::<OwnBrand>(&stored).unwrap(), brand);
    }
    let site = Brand {
        icon_url: Some("/brand/icon.00112233aabb.png".to_owned()),
        ..Brand::named("Example Bank")
    };
    let own = own(&[(BrandSetting::Name, "Acme")]);
    assert_eq!(site.clone().replaced_by(&own).icon_url, site.icon_url);
}

#[test]
fn empty_brand_replaces_nothing() {
    let site = Brand::named("Example Bank");
    assert_eq!(site.clone().replaced_by(&OwnBrand::default()), site);
}
