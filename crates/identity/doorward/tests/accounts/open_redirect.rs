//! Tests that no page redirects to another origin, whatever `next` or `return_to` contains.

use std::collections::BTreeSet;

use doorward_testkit::agent::encode;
use doorward_testkit::{CookieAgent, PASSWORD, Stack, flows};
use url::Url;

flows!(rfc_6749_10_15_no_address_leads_away);

const HOSTS: [&str; 5] = [
    "evil.example",
    "evil.example/account",
    "evil.example%2f..",
    "evil.example\\@127.0.0.1",
    "127.0.0.1@evil.example/account",
];

/// Prefixes of a host that some browser or framework reads as an absolute address.
const PREFIXES: [&str; 46] = [
    "//",
    "///",
    "////",
    "/\\",
    "\\/",
    "\\\\",
    "/\\/",
    "\\/\\/",
    "/\t/",
    "/\n/",
    "/\r/",
    "\t//",
    "\n//",
    " //",
    "/ /",
    "/%2f",
    "/%5c",
    "%2f%2f",
    "/%09/",
    "/%0a/",
    "/%0d/",
    "//%00",
    "/\0/",
    "/./",
    "/.//",
    "/..//",
    "//./",
    "/;/",
    "/;//",
    "/?//",
    "/#//",
    "@",
    "/@",
    "https://",
    "https:/",
    "https:",
    "https:\\\\",
    "http://",
    "HTTPS://",
    "hTtP:",
    "ftp://",
    "//https:",
    "/account//",
    "/account/..//",
    "/account\\",
    "/\u{3002}//",
];

/// Complete values that need no host.
const COMPLETE: [&str; 24] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "blob:https://evil.example/x",
    "mailto:a@evil.example",
    "about:blank",
    "?next=//evil.example",
    "#//evil.example",
    ".evil.example",
    "/account.evil.example",
    "/account@evil.example",
    "/account%0d%0aLocation:%20https://evil.example",
    "/account\r\nLocation: https://evil.example",
    "/account\r\n\r\n<script>alert(1)</script>",
    "/account/\u{202e}elpmaxe.live//",
    "/account/../../../login",
    "/account/%2e%2e/logout",
    "/login?next=https://evil.example",
    "",
    "/logout",
];

fn corpus() -> BTreeSet<String> {
    let hosts = HOSTS.iter();
    let addresses = hosts.flat_map(|host| PREFIXES.map(|before| format!("{before}{host}")));
    addresses.chain(COMPLETE.map(str::to_owned)).collect()
}

async fn rfc_6749_10_15_no_address_leads_away(stack: &Stack) {
    let corpus = corpus();
    assert!(corpus.len() >= 200, "{}", corpus.len());
    let ours = Url::parse(stack.issuer()).unwrap().origin();
    let mut signed_in = CookieAgent::new();
    let page = signed_in.get(stack.at("/login")).await;
    let login = page.form("#login").with("identifier", "alice");
    let login = login.with("password", PASSWORD);
    let fresh = signed_in.clone();
    signed_in.submit(&login).await;
    let csrf = login.value("csrf").unwrap();

    for address in &corpus {
        // `Page::location` parses it as browsers do (WHATWG URL).
        let leads = |page: &doorward_testkit::Page| {
            let location = page.location().expect("a redirect");
            assert_eq!(location.origin(), ours, "{address:?} leads to {location}");
            let raw = page.header("location").expect("text").to_owned();
            assert!(
                !raw.contains(['\\', '\r', '\n', '\t']),
                "{address:?}: {raw:?}"
            );
            location
        };
        let preference = Url::parse(&stack.at("/preferences")).unwrap();
        let fields = [("csrf", csrf), ("theme", "dark"), ("return_to", address)];
        let page = signed_in.clone().post(&preference, encode(fields)).await;
        if page.status != 400 {
            leads(&page);
        }
        let query = encode([("next", address.as_str())]);
        let location = stack.at(&format!("/login?{query}"));
        // The sign-in page of a signed-out browser, then the pages of a signed-in one.
        let page = fresh.clone().get(&location).await;
        if page.status == 200 {
            let form = page.form("#login");
            let next = form.value("next").unwrap_or("/account");
            assert!(next.starts_with("/account"), "{address:?}: {next}");
        }
        let page = signed_in.clone().get(&location).await;
        if page.status != 400 {
            assert!(leads(&page).path().starts_with("/account"), "{address:?}");
        }
        let query = format!("/login/2fa?{query}");
        let page = signed_in.clone().get(stack.at(&query)).await;
        if page.status != 400 {
            assert!(leads(&page).path().starts_with("/account"), "{address:?}");
        }
    }
    // A sign-in computes a password hash, so only every eighth value is tried.
    for address in corpus.iter().step_by(8) {
        let form = login.clone().with("next", address);
        let page = fresh.clone().submit(&form).await;
        if page.status != 400 {
            let location = page.location().expect("a redirect");
            assert_eq!(location.origin(), ours, "{address:?} leads to {location}");
            assert!(
                location.path().starts_with("/account"),
                "{address:?}: {location}"
            );
        }
    }
}
