//! Pages with a brand. The golden files contain head, header and footer of pages without a brand, and
//! with one in each theme; `DOORWARD_RENEW_GOLDEN=1` writes them.

use std::fmt::Write as _;
use std::sync::Arc;
use std::{env, fs};

use doorward_i18n::Lang;
use doorward_rules::brand::{Brand, BrandLinks, Logo, LogoFile};
use doorward_rules::brand_colors::SchemeColors;
use rstest::rstest;

use super::gallery::gallery_in;
use super::{attribute, tags};
use crate::testing::Sample;
use crate::{Layout, Theme};

/// A page of a sign-in, of the account and of the console.
const PAGES: [&str; 3] = ["login", "account", "console-home"];

fn brand() -> Brand {
    let url = |path: &str| Some(format!("https://example.org/{path}"));
    Brand {
        name: "Example Bank".to_owned(),
        logo: Some(Logo {
            light: logo("a1b2c3d4e5f6", 180),
            dark: Some(logo("0f1e2d3c4b5a", 176)),
        }),
        icon_url: Some("/brand/icon.00112233aabb.png".to_owned()),
        style_url: Some("/brand/brand.ffeeddccbbaa.css".to_owned()),
        colors: SchemeColors::default(),
        accent: None,
        links: BrandLinks {
            support: Some("mailto:support@example.org".to_owned()),
            privacy: url("privacy"),
            terms: url("terms"),
            imprint: url("imprint"),
        },
        default_language: None,
    }
}

fn logo(hash: &str, width: u32) -> LogoFile {
    LogoFile {
        url: format!("/brand/logo.{hash}.png"),
        width,
        height: 44,
    }
}

fn pages(brand: Brand, theme: Theme) -> Vec<Sample> {
    gallery_in(Layout {
        theme,
        brand: Arc::new(brand),
        ..Layout::sample(Lang::En)
    })
}

/// Returns a page without its content, its forms and the hashes of the server's files.
fn frame(html: &str) -> String {
    let mut frame = html.to_owned();
    for (start, end) in [
        ("<main id=\"main\"", "</main>"),
        ("<nav ", "</nav>"),
        ("<details class=\"sections", "</details>"),
        ("<form ", "</form>"),
    ] {
        while let Some(from) = frame.find(start) {
            let length = frame[from..].find(end).expect("an end") + end.len();
            frame.replace_range(from..from + length, "…");
        }
    }
    let mut parts = frame.split("/static/");
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('.').expect("a name");
        let (_, rest) = rest.split_once('.').expect("a hash");
        let _ = write!(short, "/static/{name}.HASH.{rest}");
    }
    short
}

fn frames(brand: Brand, theme: Theme) -> String {
    let pages = pages(brand, theme);
    let mut text = String::new();
    for name in PAGES {
        let sample = pages.iter().find(|sample| sample.page == name).unwrap();
        let frame = frame(&sample.html);
        let _ = writeln!(text, "<!-- {name} -->\n{}", frame.trim());
    }
    text
}

#[rstest]
#[case("plain", Brand::named("Doorward"), Theme::Auto)]
#[case("auto", brand(), Theme::Auto)]
#[case("light", brand(), Theme::Light)]
#[case("dark", brand(), Theme::Dark)]
fn frames_are_golden(#[case] name: &str, #[case] brand: Brand, #[case] theme: Theme) {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/frames");
    let path = format!("{directory}/{name}.html");
    let found = frames(brand, theme);
    if env::var_os("DOORWARD_RENEW_GOLDEN").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "{path}");
}

#[test]
fn every_page_has_brand() {
    let plain = pages(Brand::named("Example Bank"), Theme::Auto);
    let branded = pages(brand(), Theme::Auto);
    assert_eq!(plain.len(), branded.len());
    for (before, Sample { page, state, html }) in plain.iter().zip(&branded) {
        let tags = tags(html);
        let logos: Vec<_> = tags
            .iter()
            .filter(|tag| attribute(tag, "src").is_some_and(|url| url.starts_with("/brand/")))
            .collect();
        let [image] = logos[..] else {
            panic!("{page}.{state}: {logos:?}");
        };
        assert_eq!(attribute(image, "alt"), Some("Example Bank"));
        assert_eq!(attribute(image, "width"), Some("180"));
        let styles = tags.iter().filter(|tag| tag.contains("\"stylesheet\""));
        let styles: Vec<_> = styles.filter_map(|tag| attribute(tag, "href")).collect();
        assert!(styles[0].starts_with("/static/app."), "{styles:?}");
        assert_eq!(styles[1], "/brand/brand.ffeeddccbbaa.css");
        for link in [
            "<a href=\"mailto:support@example.org\">Help</a>",
            "<a href=\"https://example.org/privacy\">Privacy</a>",
            "<a href=\"https://example.org/terms\">Terms</a>",
            "<a href=\"https://example.org/imprint\">Legal notice</a>",
        ] {
            assert_eq!(html.matches(link).count(), 1, "{page}.{state}: {link}");
        }
        assert!(!html.contains("favicon."), "{page}.{state}");
        assert!(!html.contains("style="), "{page}.{state}");
        assert!(html.contains(" · Example Bank</title>"), "{page}.{state}");
        assert!(html.len() < before.html.len() + 1_024, "{page}.{state}");
    }
}

/// Themes, the picture of the page, and the number of pictures that the device may select instead.
#[rstest]
#[case(Theme::Auto, true, "a1b2c3d4e5f6", 1)]
#[case(Theme::Light, true, "a1b2c3d4e5f6", 0)]
#[case(Theme::Dark, true, "0f1e2d3c4b5a", 0)]
#[case(Theme::Auto, false, "a1b2c3d4e5f6", 0)]
#[case(Theme::Dark, false, "a1b2c3d4e5f6", 0)]
fn theme_selects_logo(
    #[case] theme: Theme,
    #[case] has_dark: bool,
    #[case] shown: &str,
    #[case] sources: usize,
) {
    let mut brand = brand();
    if !has_dark {
        brand.logo.as_mut().unwrap().dark = None;
    }
    let html = &pages(brand, theme)[0].html;
    assert!(html.contains(&format!("<img src=\"/brand/logo.{shown}.png\"")));
    assert_eq!(html.matches("<source ").count(), sources);
    assert_eq!(html.matches("/brand/logo.").count(), 1 + sources);
}

#[test]
fn brand_is_escaped() {
    const EVIL: &str = "\"><svg onload=alert(1)>'<script>";
    let file = || LogoFile {
        url: EVIL.to_owned(),
        ..logo("", 1)
    };
    let evil = || Some(EVIL.to_owned());
    let evil = Brand {
        name: EVIL.to_owned(),
        logo: Some(Logo {
            light: file(),
            dark: Some(file()),
        }),
        icon_url: evil(),
        style_url: evil(),
        colors: SchemeColors::default(),
        accent: None,
        links: BrandLinks {
            support: evil(),
            privacy: evil(),
            terms: evil(),
            imprint: evil(),
        },
        default_language: evil(),
    };
    for Sample { html, .. } in pages(evil, Theme::Auto) {
        assert!(
            !html.contains("<svg onload") && !html.contains("'<script"),
            "{html}"
        );
    }
}
