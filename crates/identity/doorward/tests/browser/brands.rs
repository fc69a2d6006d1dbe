//! Pages and messages in the brands of a bank, a school and a shop, and in the colors at the limit of
//! what is permitted. `cargo xtask screenshots` makes the sheet of each brand in the guide.

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_admin::brands;
use doorward_admin::operator::AdminContext;
use doorward_domain::model::{BrandOwner, ClientId};
use doorward_rules::brand_colors::Scheme;
use doorward_rules::brand_colors::{check_accent, check_background};
use doorward_rules::color::Color;
use doorward_rules::own_brand::BrandSetting;
use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, ColorScheme, JavaScript};

use crate::app::App;
use crate::axe;
use crate::screenshots::picture_in_both;
use crate::steps::{arrive, sign_in};
use crate::{NEW_PASSWORD, with_browser, with_settings};

const LOGOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser/brands/");

macro_rules! settings {
    ($brand:literal, $name:literal, $accent:literal, $background:literal) => {
        &[
            ("DOORWARD__BRANDING__NAME", $name),
            (
                "DOORWARD__BRANDING__LOGO",
                concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/tests/browser/brands/",
                    $brand,
                    ".png"
                ),
            ),
            (
                "DOORWARD__BRANDING__LOGO_DARK",
                concat!(
                    env!("CARGO_MANIFEST_DIR"),
                    "/tests/browser/brands/",
                    $brand,
                    "-dark.png"
                ),
            ),
            ("DOORWARD__BRANDING__ACCENT", $accent),
            ("DOORWARD__BRANDING__BACKGROUND", $background),
            (
                "DOORWARD__BRANDING__PRIVACY_URL",
                "https://brand.example/privacy",
            ),
            (
                "DOORWARD__BRANDING__TERMS_URL",
                "https://brand.example/terms",
            ),
            (
                "DOORWARD__BRANDING__IMPRINT_URL",
                "https://brand.example/imprint",
            ),
            (
                "DOORWARD__BRANDING__SUPPORT_URL",
                "mailto:help@brand.example",
            ),
        ]
    };
}

#[test]
fn bank() {
    in_brand(
        "bank",
        settings!("bank", "Meridian Bank", "#1e3a8a", "#f4f7ff"),
    );
}

#[test]
fn school() {
    in_brand(
        "school",
        settings!("school", "Oakfield School", "#14632f", "#f3faf4"),
    );
}

#[test]
fn shop() {
    in_brand("shop", settings!("shop", "Kumquat", "#b93a08", "#fff7f0"));
}

/// Takes pictures of sign-in, consent, account and three messages in a brand, in English and in Arabic,
/// and joins them in a sheet.
fn in_brand(brand: &str, settings: &[(&str, &str)]) {
    with_settings(
        JavaScript::On,
        settings,
        async |stack: &Stack, browser: &Browser| {
            let app = App::start();
            browser.open(app.authorization(stack).url()).await;
            arrive(browser, "/login").await;
            picture_in_both(browser, &format!("{brand}-sign-in")).await;
            sign_in(browser, "alice").await;
            arrive(browser, "/consent").await;
            picture_in_both(browser, &format!("{brand}-consent")).await;
            browser.open(stack.at("/account")).await;
            picture_in_both(browser, &format!("{brand}-account")).await;
            mails(stack, browser, brand).await;
            if let Some(directory) = std::env::var_os("DOORWARD_SCREENSHOTS") {
                sheet(browser, Path::new(&directory), brand).await;
            }
        },
    );
}

/// Takes pictures of three messages: the link of a forgotten password, in Arabic and in English, and the
/// notice of the change.
async fn mails(stack: &Stack, browser: &Browser, brand: &str) {
    stack.set_language("alice", Some("ar")).await;
    browser.open(stack.at("/logout")).await;
    browser.click("#logout button.primary").await;
    browser.find("main a[href='/login']").await;
    forget(stack, browser, "alice").await;
    let mail = stack.mail("alice@example.org").await;
    assert!(mail.html.contains("dir=\"rtl\""), "{}", mail.html);
    picture_mail(browser, brand, "reset-ar", &mail.html).await;
    forget(stack, browser, "mona").await;
    let mail = stack.mail("mona@example.org").await;
    let link = mail.link(stack.issuer());
    picture_mail(browser, brand, "reset", &mail.html).await;
    browser.open(link.as_str()).await;
    arrive(browser, "/reset-password").await;
    for field in ["password", "password_confirm"] {
        let selector = format!("#new-password [name={field}]");
        browser.fill(&selector, NEW_PASSWORD).await;
    }
    browser.click("#new-password button.primary").await;
    browser.find("main a[href='/login']").await;
    let mail = stack.mail("mona@example.org").await;
    assert!(!mail.text.contains("/reset-password?"), "{}", mail.text);
    picture_mail(browser, brand, "changed", &mail.html).await;
}

async fn forget(stack: &Stack, browser: &Browser, name: &str) {
    browser.open(stack.at("/forgot-password")).await;
    browser.fill("#forgot [name=identifier]", name).await;
    browser.click("#forgot button").await;
    browser.find("main a[href='/login']").await;
}

/// Shows a message as a mail program does, in both schemes, and checks its colors.
async fn picture_mail(browser: &Browser, brand: &str, kind: &str, html: &str) {
    let (before, rest) = html.split_once("src=\"cid:").expect("a logo");
    let (_, after) = rest.split_once('"').expect("an end");
    let logo = data_url("image/png", &read(format!("{LOGOS}{brand}.png")));
    let shown = format!("{before}src=\"{logo}\"{after}");
    let page = data_url("text/html;charset=utf-8", shown.as_bytes());
    for width in [390, 1280] {
        browser.resize(width, 844).await;
        browser.open(&page).await;
        assert!(!browser.overflows().await, "{kind} at {width} px");
        for scheme in [ColorScheme::Light, ColorScheme::Dark] {
            browser.prefer(scheme).await;
            let name = format!("{brand}-mail-{kind}-{width}-{}", scheme.as_str());
            // axe-core takes the background of a dark page without a color for white.
            if scheme == ColorScheme::Light {
                axe::finds_no_bad_color(browser, &name).await;
            }
            browser.picture(&format!("{name}.png")).await;
        }
    }
}

fn read(path: impl AsRef<Path>) -> Vec<u8> {
    let path = path.as_ref();
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn data_url(media: &str, content: &[u8]) -> String {
    format!("data:{media};base64,{}", STANDARD.encode(content))
}

/// The pictures of a sheet, a row each, with their height on it.
const ROWS: [(u32, &[&str]); 4] = [
    (
        249,
        &[
            "sign-in-1280-light",
            "consent-1280-light",
            "account-1280-light",
        ],
    ),
    (
        249,
        &[
            "sign-in-1280-dark",
            "consent-1280-dark",
            "account-ar-1280-dark",
        ],
    ),
    (
        378,
        &[
            "sign-in-390-light",
            "sign-in-ar-390-dark",
            "consent-390-dark",
            "consent-ar-390-light",
            "account-390-light",
            "account-ar-390-dark",
        ],
    ),
    (
        320,
        &[
            "mail-reset-390-light",
            "mail-changed-390-dark",
            "mail-reset-ar-390-light",
        ],
    ),
];

/// Joins the pictures of a brand in one.
async fn sheet(browser: &Browser, directory: &Path, brand: &str) {
    let mut html = String::from(
        "<!doctype html><html lang=en><title>Sheet</title><style>body{margin:0;padding:8px;background:#8a8f98}\
         div{display:flex;gap:8px;margin:8px}img{min-width:0;flex:1;object-fit:cover;object-position:top;\
         border-radius:4px}</style>",
    );
    for (height, names) in ROWS {
        html.push_str("<div>");
        for name in names {
            let picture = read(directory.join(format!("{brand}-{name}.png")));
            let url = data_url("image/png", &picture);
            let _ = write!(html, "<img alt='' height={height} src='{url}'>");
        }
        html.push_str("</div>");
    }
    browser.resize(1_120, 800).await;
    browser
        .open(data_url("text/html;charset=utf-8", html.as_bytes()))
        .await;
    browser.picture(&format!("brand-{brand}.png")).await;
}

/// Accents and backgrounds that are rejected; the suggestions for them have just enough contrast.
const WISHES: [(&str, &str); 8] = [
    ("#f5c518", "#fff3c4"),
    ("#ff7ab6", "#ffd1e6"),
    ("#7fe0d4", "#c8fff7"),
    ("#9be15d", "#d9ffb8"),
    ("#c9a6ff", "#e3d1ff"),
    ("#9aa0a6", "#d0d3d8"),
    ("#ff8f5e", "#ffc7ae"),
    ("#7db8ff", "#bfdcff"),
];

fn color(text: &str) -> Color {
    Color::parse(text).expect("a color")
}

/// Returns the accent and the background that Doorward suggests in a scheme.
fn suggested(scheme: Scheme, accent: Color, background: Color) -> [Color; 2] {
    let background = match check_background(scheme, background, Some(accent)) {
        Ok(()) => background,
        Err(low) => low.suggestion,
    };
    let accent = match check_accent(scheme, accent, Some(background)) {
        Ok(()) => accent,
        Err(low) => low.suggestion,
    };
    [accent, background]
}

#[test]
fn colors_at_limit_pass_axe() {
    with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        let app = App::start();
        let db = stack.db().await;
        let context = AdminContext::command_line(&db, &stack.clock);
        let owner = BrandOwner::Client(ClientId::parse(&stack.seed.native.id).expect("an ID"));
        let wishes = WISHES.map(|(accent, background)| [color(accent), color(background)]);
        let brands = wishes.map(|[accent, background]| {
            let light = suggested(Scheme::Light, accent, background);
            let dark = suggested(Scheme::Dark, accent, background.mix(Color::BLACK, 90));
            [light, dark]
        });
        for (is_signed_in, path) in [(false, "/login"), (true, "/consent")] {
            for [light, dark] in brands {
                let change = [
                    (BrandSetting::Accent, light[0].to_string()),
                    (BrandSetting::Background, light[1].to_string()),
                    (BrandSetting::AccentDark, dark[0].to_string()),
                    (BrandSetting::BackgroundDark, dark[1].to_string()),
                ];
                brands::update(&context, &owner, &change).await.unwrap();
                stack.clear_caches();
                browser.open(app.authorization(stack).url()).await;
                if is_signed_in && browser.url().await.path() == "/login" {
                    sign_in(browser, "alice").await;
                }
                arrive(browser, path).await;
                for scheme in [ColorScheme::Light, ColorScheme::Dark] {
                    browser.prefer(scheme).await;
                    let state = format!("{path} in {light:?} and {dark:?}, {}", scheme.as_str());
                    axe::finds_no_bad_color(browser, &state).await;
                }
            }
        }
    });
}
