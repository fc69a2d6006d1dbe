//! Tests of `[branding]` on pages, in messages and in discovery.

use doorward_testkit::smtp::mail_server;
use doorward_testkit::{Backend, Page, Stack, UserAgent, flows, flows_with};

use crate::password_reset::ask;
use crate::profile::signed_in;

flows!(pages_without_brand_have_those_of_server);
flows_with!(BRAND;
    pages_have_brand_within_policy,
    files_of_brand_are_immutable,
    theme_of_user_selects_logo,
    default_language_follows_all_others,
    mails_have_brand,
    discovery_has_links,
);

macro_rules! picture {
    ($name:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/accounts/brand/", $name)
    };
}

const BRAND: &[(&str, &str)] = &[
    ("DOORWARD__BRANDING__NAME", "Example Bank"),
    ("DOORWARD__BRANDING__LOGO", picture!("light.png")),
    ("DOORWARD__BRANDING__LOGO_DARK", picture!("dark.png")),
    ("DOORWARD__BRANDING__FAVICON", picture!("icon.png")),
    ("DOORWARD__BRANDING__ACCENT", "#c2410c"),
    ("DOORWARD__BRANDING__BACKGROUND", "#fff7f0"),
    ("DOORWARD__BRANDING__PRIVACY_URL", PRIVACY),
    ("DOORWARD__BRANDING__TERMS_URL", TERMS),
    ("DOORWARD__BRANDING__IMPRINT_URL", IMPRINT),
    ("DOORWARD__BRANDING__SUPPORT_URL", SUPPORT),
    ("DOORWARD__BRANDING__DEFAULT_LANGUAGE", "de"),
];
const PRIVACY: &str = "https://bank.example/privacy";
const TERMS: &str = "https://bank.example/terms";
const IMPRINT: &str = "https://bank.example/imprint";
const SUPPORT: &str = "mailto:help@bank.example";
const LINKS: [&str; 4] = [PRIVACY, TERMS, IMPRINT, SUPPORT];
/// The address of a user whose language the tests remove.
const BOB: &str = "bob@example.org";
/// The policy of every page of users, with and without a brand.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Returns the only value of an attribute of the tags.
fn only(page: &Page, selector: &str, name: &str) -> String {
    let values = page.attributes(selector, name);
    let [value] = &values[..] else {
        panic!("{selector}: {values:?}: {}", page.dump());
    };
    value.clone()
}

async fn pages_without_brand_have_those_of_server(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    assert_eq!(page.header("content-security-policy"), Some(POLICY));
    assert!(!page.text().contains("/brand/"), "{}", page.dump());
    assert!(
        page.has(".brand svg") && !page.has("footer > a"),
        "{}",
        page.dump()
    );
    assert_eq!(page.attributes("html", "lang"), ["en"]);
    let missing = agent.get(stack.at("/brand/logo.000000000000.png")).await;
    assert_eq!(missing.status, 404);
    let discovery = agent
        .get(stack.at("/.well-known/openid-configuration"))
        .await;
    let discovery = discovery.json();
    assert!(discovery.get("op_policy_uri").is_none() && discovery.get("op_tos_uri").is_none());
}

fn check_brand(page: &Page) {
    assert_eq!(only(page, ".brand img", "alt"), "Example Bank");
    let size = ["width", "height"].map(|side| only(page, ".brand img", side));
    assert_eq!(size, ["240", "44"]);
    let styles = page.attributes("link[rel=stylesheet]", "href");
    assert!(styles[0].starts_with("/static/app.") && styles[1].starts_with("/brand/brand."));
    assert!(only(page, "link[rel=icon]", "href").starts_with("/brand/icon."));
    assert_eq!(
        page.attributes("footer > a", "href"),
        [SUPPORT, PRIVACY, TERMS, IMPRINT]
    );
    assert!(
        !page.has("[style]") && !page.has("style"),
        "{}",
        page.dump()
    );
    assert_eq!(page.header("content-security-policy"), Some(POLICY));
}

async fn pages_have_brand_within_policy(stack: &Stack) {
    let agent = UserAgent::new();
    for path in ["/login", "/register", "/forgot-password", "/nothing"] {
        check_brand(&agent.get(stack.at(path)).await);
    }
    let agent = signed_in(stack, "alice").await;
    for path in ["/account", "/account/profile", "/account/activity"] {
        check_brand(&agent.get(stack.at(path)).await);
    }
    // A rejection of the middleware, before any page.
    let long = stack.at(&format!("/login?{}", "a".repeat(33_000)));
    let rejected = agent.get(long).await;
    assert_eq!(rejected.status, 414);
    check_brand(&rejected);
}

async fn files_of_brand_are_immutable(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let style = &page.attributes("link[rel=stylesheet]", "href")[1];
    for (path, media) in [
        (only(&page, ".brand img", "src"), "image/png"),
        (only(&page, ".brand source", "srcset"), "image/png"),
        (only(&page, "link[rel=icon]", "href"), "image/png"),
        (style.clone(), "text/css; charset=utf-8"),
    ] {
        // Without a cookie, so that shared caches may store it.
        let file = UserAgent::new().get(stack.at(&path)).await;
        assert_eq!(file.status, 200, "{path}");
        assert_eq!(file.header("content-type"), Some(media));
        let caching = "public, max-age=31536000, immutable";
        assert_eq!(file.header("cache-control"), Some(caching));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        assert!(file.header("set-cookie").is_none());
        if media == "image/png" {
            let format = image::guess_format(&file.body).unwrap();
            assert_eq!(format, image::ImageFormat::Png);
        } else {
            let sheet = file.text();
            assert!(sheet.contains("--accent:light-dark(#c2410c,#"), "{sheet}");
            assert!(
                sheet.contains("--bg:light-dark(#fff7f0,#0f1216)"),
                "{sheet}"
            );
            assert!(
                !sheet.contains("url(") && !sheet.contains("@import"),
                "{sheet}"
            );
        }
    }
    let other = UserAgent::new().get(stack.at("/brand/light.png")).await;
    assert_eq!(other.status, 404);
}

async fn theme_of_user_selects_logo(stack: &Stack) {
    let agent = UserAgent::new();
    let page = agent.get(stack.at("/login")).await;
    let light = only(&page, ".brand img", "src");
    let dark = only(&page, ".brand source", "srcset");
    assert_ne!(light, dark);
    let media = only(&page, ".brand source", "media");
    assert_eq!(media, "(prefers-color-scheme:dark)");
    for (theme, logo) in [("dark", &dark), ("light", &light)] {
        let page = agent.get(stack.at("/login")).await;
        let form = page.form("form[action='/preferences']");
        agent.submit(&form.with("theme", theme)).await;
        let page = agent.get(stack.at("/login")).await;
        assert_eq!(only(&page, ".brand img", "src"), *logo);
        assert!(!page.has(".brand source"), "{}", page.dump());
    }
}

async fn default_language_follows_all_others(stack: &Stack) {
    let agent = UserAgent::new();
    for (accepted, lang) in [
        ("sv", "de"),
        ("", "de"),
        ("sv, fr;q=0.3", "fr"),
        ("en", "en"),
    ] {
        let request = agent.http().get(stack.at("/login"));
        let page = agent
            .send(request.header("accept-language", accepted))
            .await;
        assert_eq!(page.attributes("html", "lang"), [lang], "{accepted}");
    }
    let page = agent.get(stack.at("/login")).await;
    assert_eq!(page.attributes("html", "lang"), ["de"]);
    let form = page.form("form[action='/preferences']");
    agent.submit(&form.with("lang", "pl")).await;
    let page = agent.get(stack.at("/login")).await;
    assert_eq!(page.attributes("html", "lang"), ["pl"]);
}

async fn mails_have_brand(stack: &Stack) {
    stack.set_language("bob", None).await;
    ask(stack, &UserAgent::new(), "bob").await;
    let mail = stack.mail(BOB).await;
    assert!(mail.html.contains("<html lang=\"de\""), "{}", mail.html);
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("Impressum"), "{part}");
        assert!(LINKS.iter().all(|link| part.contains(link)), "{part}");
    }
    assert!(mail.html.contains("<img src=\"cid:logo."), "{}", mail.html);
    assert!(mail.html.contains("background:#c2410c"), "{}", mail.html);
    assert!(!mail.html.contains("/brand/"), "the message loads nothing");
}

async fn discovery_has_links(stack: &Stack) {
    let agent = UserAgent::new();
    for path in ["openid-configuration", "oauth-authorization-server"] {
        let document = agent.get(stack.at(&format!("/.well-known/{path}"))).await;
        let document = document.json();
        assert_eq!(document["op_policy_uri"], PRIVACY);
        assert_eq!(document["op_tos_uri"], TERMS);
    }
}

#[test]
fn logo_is_sent_with_mail() {
    let (url, messages) = mail_server(Vec::new());
    let mut settings = BRAND.to_vec();
    settings.push(("DOORWARD_SMTP_URL", &url));
    doorward_testkit::stack::run_with(Backend::SqliteMemory, &settings, async |stack| {
        ask(stack, &UserAgent::new(), "bob").await;
        let timeout = std::time::Duration::from_secs(20);
        let message = messages.recv_timeout(timeout).expect("a message");
        for line in [
            "multipart/alternative",
            "multipart/related",
            "Content-ID: <logo.",
            "Content-Disposition: inline",
            "Content-Type: image/png",
        ] {
            assert!(message.contains(line), "{line}: {message}");
        }
    });
}
