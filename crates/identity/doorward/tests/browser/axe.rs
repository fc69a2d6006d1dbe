//! Checks that axe-core finds no violation on a page (WCAG 2.2 AA). `cargo xtask test` installs
//! axe-core, in the version that `axe/node/package-lock.json` names.

use std::path::Path;
use std::sync::OnceLock;

use doorward_testkit::Stack;
use doorward_testkit::browser::{Browser, JavaScript};

use crate::in_features;

/// All rules for WCAG 2.2 up to level AA, and axe-core's best practices.
const ALL: &str = r#"{type: "tag", values:
    ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}"#;
/// The rules whose result depends on the color scheme.
const COLORS: &str = r#"{type: "rule", values: ["color-contrast", "link-in-text-block"]}"#;

/// Runs the rules `RULES`. Ignores frames, which belong to clients, and fetches nothing.
const AUDIT: &str = r#"
    return axe.run(document, {
        runOnly: RULES, resultTypes: ["violations"], iframes: false, preload: false,
    }).then((found) => ({
        passes: found.passes.length, incomplete: found.incomplete.length,
        violations: found.violations.flatMap((rule) => rule.nodes.map((node) =>
            rule.id + " at " + node.target.join(" ") + ": " + node.failureSummary)),
    }));
"#;

/// Asserts that axe-core finds no violation on the current page.
pub async fn finds_nothing(browser: &Browser, page: &str) {
    if let Some([passes, _]) = check(browser, page, ALL).await {
        assert!(passes >= 10, "{page}: only {passes} rules passed");
    }
}

/// Asserts that axe-core finds no bad color on the current page. Other rules have the same result
/// in each color scheme and take seconds.
pub async fn finds_no_bad_color(browser: &Browser, page: &str) {
    if let Some(rules) = check(browser, page, COLORS).await {
        // axe-core cannot determine each contrast, such as that of a text over a picture.
        assert!(rules != [0, 0], "{page}: no rule was checked");
    }
}

/// Returns the number of rules that passed, and of those that axe-core could not determine. `None`
/// without JavaScript: axe-core needs it, and the pages are the same.
async fn check(browser: &Browser, page: &str, rules: &str) -> Option<[u64; 2]> {
    if !browser.runs_scripts() {
        return None;
    }
    if browser.execute("return typeof axe;").await == "undefined" {
        browser.execute(source()).await;
    }
    let found = browser.execute(&AUDIT.replace("RULES", rules)).await;
    assert_eq!(found["violations"], serde_json::json!([]), "{page}");
    Some(["passes", "incomplete"].map(|kind| found[kind].as_u64().expect("a count")))
}

fn source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        // `<target>/tmp`, independent of the target directory's name.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let place = target.join("axe/node");
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/axe/node/package-lock.json");
        let requested = std::fs::read_to_string(lock).unwrap();
        let installed = std::fs::read_to_string(place.join("installed")).unwrap_or_default();
        assert!(
            installed == requested,
            "axe-core is not installed: run `cargo xtask test`, or `cargo xtask services` beside, which \
             install it"
        );
        std::fs::read_to_string(place.join("node_modules/axe-core/axe.min.js")).unwrap()
    })
}

/// The pictures that show each template. A template without a line here fails the test.
const PICTURED_TEMPLATES: &[(&str, &[&str])] = &[
    (
        "account.html",
        &["account", "account-home", "account-offer"],
    ),
    ("account_apps.html", &["account-apps"]),
    ("account_sessions.html", &["account-sessions"]),
    ("activity.html", &["activity"]),
    ("api_key_made.html", &["key-made"]),
    ("api_keys.html", &["api-keys-empty", "api-keys-full"]),
    ("app_password_made.html", &["app-password-made"]),
    (
        "app_passwords.html",
        &["app-passwords-empty", "app-passwords"],
    ),
    ("change_email.html", &["change-email"]),
    ("check_up.html", &["check-up", "check-up-nothing"]),
    ("confirm_device.html", &["device-confirm"]),
    ("connect_device.html", &["device", "device-error"]),
    (
        "consent.html",
        &[
            "consent",
            "consent-small",
            "consent-choice",
            "consent-groups",
        ],
    ),
    ("device_answered.html", &["device-allowed"]),
    ("email_ask.html", &["email-ask"]),
    ("email_code.html", &["email-code", "email-code-error"]),
    ("ended_sessions.html", &["ended-sessions"]),
    (
        "error.html",
        &["error", "error-addresses", "request-used", "not-found"],
    ),
    ("factor_due.html", &["factor-due"]),
    ("forgot.html", &["forgot", "forgot-sent"]),
    ("form_post.html", &["form-post", "held", "held-form"]),
    ("going.html", &["going", "console-going"]),
    ("inbox.html", &["inbox", "inbox-empty"]),
    ("inbox_mail.html", &["mail-disowned"]),
    ("invitation.html", &["invitation", "invitation-answer"]),
    ("leave_organization.html", &["account-leave"]),
    ("leaving.html", &["leaving"]),
    (
        "linked_accounts.html",
        &[
            "linked-accounts-none",
            "linked-accounts",
            "linked-accounts-waiting",
        ],
    ),
    (
        "logged_out.html",
        &[
            "logged-out",
            "logged-out-nobody",
            "logged-out-held",
            "signed-out-frames",
        ],
    ),
    (
        "login.html",
        &[
            "sign-in-providers",
            "sign-in-denied",
            "sign-in",
            "sign-in-error",
            "sign-in-again",
            "sign-in-passkey",
            "sign-in-email",
            "verify-sign-in",
        ],
    ),
    ("logout.html", &["logout", "logout-problem"]),
    ("memberships.html", &["account-organizations"]),
    ("new_api_key.html", &["new-key"]),
    ("new_app_password.html", &["new-app-password"]),
    ("new_password.html", &["reset", "change-password"]),
    ("passkeys.html", &["passkeys", "passkeys-none"]),
    ("personal_data.html", &["personal-data", "data"]),
    (
        "profile.html",
        &["profile", "profile-error", "profile-full"],
    ),
    ("recovery_codes.html", &["recovery-codes"]),
    ("register.html", &["register", "register-error"]),
    ("review_lines.html", &["account-review"]),
    ("reviews.html", &["account-reviews"]),
    ("revoke_api_key.html", &["key-revoke"]),
    ("revoke_app_password.html", &["revoke-app-password"]),
    (
        "second_step.html",
        &[
            "second-step",
            "second-step-error",
            "second-step-passkey",
            "second-step-trust",
        ],
    ),
    (
        "secure.html",
        &["secure", "secure-password", "secure-review"],
    ),
    ("select_account.html", &["select-account"]),
    ("session_ended.html", &["session-ended"]),
    ("setup.html", &["setup", "setup-error"]),
    (
        "sign_in_methods.html",
        &["account-security", "sign-in-methods"],
    ),
    ("step.html", &["verify", "verify-sent", "email-link"]),
    ("support_code.html", &["support-code", "support-code-made"]),
    (
        "two_factor.html",
        &[
            "two-factor-off",
            "two-factor-on",
            "two-factor-passkey",
            "two-factor-trusted",
        ],
    ),
    ("two_factor_set_up.html", &["two-factor-set-up"]),
    (
        "welcome.html",
        &["welcome", "welcome-error", "welcome-prove"],
    ),
];

#[test]
fn axe_reports_planted_violations() {
    crate::with_browser(JavaScript::On, async |stack: &Stack, browser: &Browser| {
        browser.open(stack.at("/login")).await;
        browser
            .execute("document.querySelector('label[for=password]').remove(); document.documentElement.lang = '';")
            .await;
        browser.execute(source()).await;
        let found = browser
            .execute(&AUDIT.replace("RULES", ALL))
            .await
            .to_string();
        assert!(found.contains("label at #password"), "{found}");
        assert!(found.contains("html-has-lang"), "{found}");
    });
}

#[test]
fn ac_1_every_page_is_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = |directory: &str, of_features: &str, ending: &str| {
        let folders = in_features(of_features).into_iter();
        let folders = folders.chain([root.join(directory)]);
        let entries = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
        let paths = entries.map(|entry| entry.unwrap().path());
        let ending = ending.to_owned();
        paths
            .filter(move |path| path.extension().is_some_and(|found| *found == *ending))
            .collect::<Vec<_>>()
    };
    let mut templates: Vec<String> = files("../../../templates/pages", "templates/pages", "html")
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    templates.sort();
    let listed: Vec<_> = PICTURED_TEMPLATES
        .iter()
        .map(|(template, _)| *template)
        .collect();
    assert_eq!(
        templates, listed,
        "templates/pages, and the pictures of each"
    );
    let checks: String = files("tests/browser", "tests", "rs")
        .iter()
        .filter(|path| !path.ends_with("axe.rs"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    for page in PICTURED_TEMPLATES.iter().flat_map(|(_, pages)| *pages) {
        assert!(
            checks.contains(&format!("\"{page}\"")),
            "no test takes the picture {page}"
        );
    }
}
