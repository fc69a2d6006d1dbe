//! Tests of sign-ins with the password of a directory, over HTTP and with slapd.

use doorward_domain::model::AuditKind;
use doorward_testkit::{Backend, Page, Stack, UserAgent, stack};

use crate::support::{is_signed_in, sign_in};

#[path = "slapd.rs"]
mod slapd;

use slapd::{BASE, PASSWORD, Slapd};

/// Runs a check with a directory, whose file has further lines.
fn with_directory(more: &str, check: impl AsyncFnOnce(&Stack, Slapd)) {
    let slapd = Slapd::start();
    slapd.fill();
    let file = slapd.folder.path().join("directories.toml");
    let text = slapd.text(&format!("{:?}", slapd.url()), more);
    std::fs::write(&file, text).unwrap();
    let file = file.display().to_string();
    let settings = [
        ("DOORWARD__DIRECTORIES__FILE", file.as_str()),
        (
            "DOORWARD__OUTGOING__ALLOWED_NETWORKS",
            "127.0.0.0/8,::1/128",
        ),
        ("DOORWARD__LIMITS__MULTIPLIER", "1"),
    ];
    let backend = Backend::of_flow(module_path!())[0];
    stack::run_with(backend, &settings, async |stack: &Stack| {
        check(stack, slapd).await;
    });
}

async fn attempt(stack: &Stack, name: &str, password: &str) -> (UserAgent, Page) {
    // Events of one second have no order.
    stack.clock.advance(1);
    let agent = UserAgent::new();
    let page = sign_in(stack, &agent, name, password).await;
    (agent, page)
}

/// Returns the reason of the latest failed sign-in.
async fn reason(stack: &Stack) -> String {
    let events = stack.audited(AuditKind::LoginFailed).await;
    let event = events.first().expect("an event");
    let reason = event.detail.get("reason").cloned().unwrap_or_default();
    reason.as_str().unwrap_or_default().to_owned()
}

#[test]
fn user_appears_at_first_sign_in() {
    let roles = format!("[corp.roles]\ndeveloper = [\"cn=devs,ou=groups,{BASE}\"]\n");
    with_directory(&roles, async |stack: &Stack, slapd: Slapd| {
        slapd.users(&[("eve", ""), ("mallory", "")]);
        slapd.add(&format!(
            "dn: cn=devs,ou=groups,{BASE}\nobjectClass: groupOfNames\ncn: devs\nmember: uid=eve,ou=people,{BASE}\n"
        ));
        // A wrong password creates no account, and an empty one is no anonymous bind.
        let (_, wrong) = attempt(stack, "eve", "wrong").await;
        assert_eq!(wrong.status, 401, "{}", wrong.dump());
        assert_eq!(reason(stack).await, "wrong password");
        let (_, empty) = attempt(stack, "eve", "").await;
        assert_eq!(empty.status, 422);
        let (eve, page) = attempt(stack, "eve", PASSWORD).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        assert!(is_signed_in(stack, &eve).await);
        // By the address too, and as the same account.
        let (_, page) = attempt(stack, "Eve@example.org", PASSWORD).await;
        assert_eq!(page.status, 303, "{}", page.dump());

        // What the directory decides is not shown.
        let profile = eve.get(stack.at("/account/profile")).await;
        assert!(
            profile.text().contains("eve@example.org"),
            "{}",
            profile.dump()
        );
        assert!(!profile.has("input[name=given_name]"), "{}", profile.dump());
        assert!(profile.has("input[name=nickname]"));
        assert!(!profile.has("a[href='/account/email']"));
        let methods = eve.get(stack.at("/account/security")).await;
        assert!(!methods.has("a[href='/account/password']"));
        assert!(
            !methods.has("a[href='/forgot-password']"),
            "{}",
            methods.dump()
        );
        let password = eve.get(stack.at("/account/password")).await;
        assert_eq!(password.status, 303);
        let email = eve.get(stack.at("/account/email")).await;
        assert_eq!(email.status, 303);

        // The directory takes the role and the name at the next sign-in.
        slapd.modify(&format!(
            "dn: uid=eve,ou=people,{BASE}\nchangetype: modify\nreplace: sn\nsn: Miller\n\n\
             dn: cn=devs,ou=groups,{BASE}\nchangetype: delete\n"
        ));
        attempt(stack, "eve", PASSWORD).await;
        let changes = stack.audited(AuditKind::RoleChanged).await;
        let changes: Vec<_> = changes
            .iter()
            .filter(|event| event.detail.get("source").is_some())
            .filter_map(|event| event.detail.get("change")?.as_str())
            .collect();
        assert_eq!(changes, ["revoked", "assigned"]);
    });
}

#[test]
fn closed_accounts_have_their_reasons() {
    with_directory("", async |stack: &Stack, slapd: Slapd| {
        slapd.users(&[
            ("expired", "shadowExpire: 1"),
            ("old", "shadowLastChange: 1\nshadowMax: 30"),
            ("absent", ""),
        ]);
        slapd.modify(&format!(
            "dn: uid=absent,ou=people,{BASE}\nchangetype: modify\nreplace: mail\nmail: alice@example.org\n"
        ));
        for (name, seen, expected) in [
            ("expired", "has expired. Ask", "expired in the directory"),
            (
                "old",
                "Change it there",
                "the password has expired in the directory",
            ),
            // Alice's account here: an address alone never links.
            (
                "absent",
                "no account can be created",
                "another account has the user name or the e-mail address",
            ),
        ] {
            let (_, page) = attempt(stack, name, PASSWORD).await;
            assert_eq!(page.status, 401, "{name}: {}", page.dump());
            assert!(page.text().contains(seen), "{name}: {}", page.dump());
            assert_eq!(reason(stack).await, expected, "{name}");
            // A wrong password learns nothing of it.
            let (_, page) = attempt(stack, name, "wrong").await;
            assert!(!page.text().contains(seen), "{name}: {}", page.dump());
        }
    });
}

#[test]
fn local_users_sign_in_while_directory_is_down() {
    with_directory("timeout = \"1s\"", async |stack: &Stack, slapd: Slapd| {
        slapd.users(&[("eve", "")]);
        let (_, page) = attempt(stack, "eve", PASSWORD).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        drop(slapd);
        let (admin, page) = attempt(stack, "admin", doorward_testkit::PASSWORD).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        assert!(is_signed_in(stack, &admin).await);
        for name in ["eve", "unknown"] {
            let (_, page) = attempt(stack, name, PASSWORD).await;
            assert_eq!(page.status, 503, "{name}: {}", page.dump());
        }
    });
}

#[test]
fn limits_count_before_bind() {
    with_directory("", async |stack: &Stack, slapd: Slapd| {
        slapd.users(&[("eve", "")]);
        let mut last = 0;
        for _ in 0..12 {
            let (_, page) = attempt(stack, "eve", "wrong").await;
            last = page.status;
        }
        assert_eq!(last, 429);
        let binds = stack.audited(AuditKind::LoginFailed).await.len();
        let (_, page) = attempt(stack, "eve", PASSWORD).await;
        assert_eq!(page.status, 429, "{}", page.dump());
        let again = stack.audited(AuditKind::LoginFailed).await.len();
        assert_eq!(again, binds);
    });
}
