//! Tests of every account form with missing fields, fields of other forms, and unusual characters.
//! No invalid form changes anything, and the valid form still works afterwards.

use std::collections::BTreeMap;

use doorward_access::clock::Clock as _;
use doorward_domain::credentials::totp::TotpSecret;
use doorward_store::repo;
use doorward_testkit::agent::encode;
use doorward_testkit::{CookieAgent, Form, PASSWORD, Page, Stack, flows};
use url::Url;

use crate::support::NEW_PASSWORD;
use crate::two_factor::HOME;

flows!(
    invalid_form_body_changes_nothing,
    unusual_characters_are_rejected_or_stored_exactly,
    password_of_any_characters_is_kept_exactly,
);

/// A correctly filled form with the cookies of its browser.
struct Case {
    name: &'static str,
    jar: CookieAgent,
    form: Form,
    /// The required fields.
    needs: &'static [&'static str],
    /// The status of the response to the valid form.
    done: u16,
}

async fn post(jar: &mut CookieAgent, stack: &Stack, path: &str, fields: &[(&str, &str)]) -> Page {
    let page = jar.get(stack.at("/forgot-password")).await;
    let csrf = page.form("#forgot").value("csrf").unwrap().to_owned();
    let pairs = fields.iter().copied().chain([("csrf", csrf.as_str())]);
    let url = Url::parse(&stack.at(path)).unwrap();
    let body = encode(pairs);
    jar.post(&url, body).await
}

async fn signed_in(stack: &Stack, name: &str) -> CookieAgent {
    let mut jar = CookieAgent::new();
    let fields = [("identifier", name), ("password", PASSWORD)];
    let page = post(&mut jar, stack, "/login", &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    jar
}

/// Registers a new user and signs in.
async fn register_user(stack: &Stack, name: &str) -> CookieAgent {
    let mut jar = CookieAgent::new();
    let email = format!("{name}@example.org");
    let fields = [
        ("username", name),
        ("email", &email),
        ("password", PASSWORD),
        ("password_confirm", PASSWORD),
    ];
    let page = post(&mut jar, stack, "/register", &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    jar
}

/// Opens a mail link in a browser; returns the page it redirects to.
async fn follow(stack: &Stack, jar: &mut CookieAgent, to: &str) -> Page {
    let link = stack.mail(to).await.link(stack.issuer());
    let page = jar.get(&link).await;
    jar.follow(page).await
}

/// Starts the enrollment; returns its key and the form with the first code.
async fn first_code(stack: &Stack, jar: &mut CookieAgent) -> (TotpSecret, Form) {
    let home = jar.get(stack.at(HOME)).await;
    let page = jar.submit(&home.form("form[action$='/2fa/start']")).await;
    let page = jar.follow(page).await;
    let app = TotpSecret::from_base32(&page.text_of("#key").unwrap()).unwrap();
    let form = page.form("form:has([name=code])");
    let code = app.code_at(stack.clock.now());
    (app, form.with("code", &code))
}

async fn before_the_account(stack: &Stack) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name, jar: &CookieAgent, form, needs, done| {
        let jar = jar.clone();
        cases.push(Case {
            name,
            jar,
            form,
            needs,
            done,
        });
    };
    let mut jar = CookieAgent::new();
    let page = jar.get(stack.at("/login")).await;
    let form = page.form("#login").with("identifier", "alice");
    let form = form.with("password", PASSWORD);
    add("sign in", &jar, form, &["identifier", "password"][..], 303);

    let mut jar = CookieAgent::new();
    let page = jar.get(stack.at("/register")).await;
    let form = page.form("#register").with("username", "newcomer");
    let form = form.with("email", "newcomer@example.org");
    let form = form.with("password", NEW_PASSWORD);
    let form = form.with("password_confirm", NEW_PASSWORD);
    let needs = &["username", "email", "password", "password_confirm"];
    add("register", &jar, form, needs, 303);

    let mut jar = CookieAgent::new();
    let page = jar.get(stack.at("/forgot-password")).await;
    let form = page.form("#forgot").with("identifier", "bob");
    jar.submit(&form).await;
    let other = form.with("identifier", "mona");
    add("forgot", &jar, other, &["identifier"], 303);
    let page = follow(stack, &mut jar, "bob@example.org").await;
    let form = page.form("#new-password").with("password", NEW_PASSWORD);
    let form = form.with("password_confirm", NEW_PASSWORD);
    let needs = &["password", "password_confirm"];
    add("reset", &jar, form, needs, 303);

    // The second-factor form of a user with an authenticator app.
    let mut owner = signed_in(stack, "admin").await;
    let (app, first) = first_code(stack, &mut owner).await;
    assert_eq!(owner.submit(&first).await.status, 200);
    stack.clock.advance(30);
    let mut jar = CookieAgent::new();
    let fields = [("identifier", "admin"), ("password", PASSWORD)];
    let page = post(&mut jar, stack, "/login", &fields).await;
    let page = jar.follow(page).await;
    let form = page.form("form:has([name=code])");
    let form = form.with("code", &app.code_at(stack.clock.now()));
    add("second step", &jar, form, &["attempt", "code"], 303);
    cases
}

async fn within_the_account(stack: &Stack) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name, jar: &CookieAgent, form, needs, done| {
        let jar = jar.clone();
        cases.push(Case {
            name,
            jar,
            form,
            needs,
            done,
        });
    };
    let mut jar = signed_in(stack, "alice").await;
    let page = jar.get(stack.at("/account/email")).await;
    let form = page.form("#change-email").with("email", "a@new.example");
    let form = form.with("current_password", PASSWORD);
    let needs = &["email", "current_password"][..];
    add("ask for a move", &jar, form, needs, 303);
    let mut jar = register_user(stack, "carol").await;
    let page = jar.get(stack.at("/account/password")).await;
    let form = page
        .form("#new-password")
        .with("current_password", PASSWORD);
    let form = form.with("password", NEW_PASSWORD);
    let form = form.with("password_confirm", NEW_PASSWORD);
    let needs = &["current_password", "password", "password_confirm"];
    add("change password", &jar, form, needs, 303);
    let mut jar = register_user(stack, "dave").await;
    let (_, form) = first_code(stack, &mut jar).await;
    add("first code", &jar, form, &["code"], 200);

    // A pending address change in a browser without a session.
    let mut mona = signed_in(stack, "mona").await;
    let fields = [
        ("email", "mona@new.example"),
        ("current_password", PASSWORD),
    ];
    post(&mut mona, stack, "/account/email", &fields).await;
    let mut jar = CookieAgent::new();
    let page = follow(stack, &mut jar, "mona@new.example").await;
    add("move", &jar, page.form("#step"), &["csrf"], 303);
    let page = mona.get(stack.at("/account")).await;
    let form = page.form("form[action='/logout']").with("confirm", "yes");
    add("sign out", &mona, form, &["csrf"], 200);
    cases
}

async fn cases(stack: &Stack) -> Vec<Case> {
    let mut cases = before_the_account(stack).await;
    cases.extend(within_the_account(stack).await);
    cases
}

type Facts = BTreeMap<String, (String, String, bool, bool, usize)>;

/// Returns the state that no invalid form may change: each user's password, address, verification,
/// factor and sessions.
async fn facts(stack: &Stack) -> Facts {
    let db = stack.db().await;
    let mut facts = Facts::new();
    for name in ["alice", "bob", "mona", "admin", "carol", "dave"] {
        let user = repo::users::find_by_identifier(db.read(), name).await;
        let Some(user) = user.unwrap() else { continue };
        let factor = repo::totp_factors::find(db.read(), user.id).await.unwrap();
        let sessions = repo::sessions::list_for_user(db.read(), user.id, 0).await;
        let fact = (
            user.password_hash.unwrap_or_default(),
            user.email,
            user.email_verified,
            factor.is_some_and(|factor| factor.is_confirmed()),
            sessions.unwrap().len(),
        );
        facts.insert(name.to_owned(), fact);
    }
    db.close().await.unwrap();
    facts
}

/// Sends a form with other fields from a copy of its browser.
async fn send(case: &Case, fields: &[(String, String)]) -> Page {
    let pairs = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let mut jar = case.jar.clone();
    jar.post(&case.form.action, encode(pairs)).await
}

async fn invalid_form_body_changes_nothing(stack: &Stack) {
    let cases = cases(stack).await;
    let before = facts(stack).await;
    for case in &cases {
        let mut bodies = vec![("nothing".to_owned(), Vec::new())];
        for left_out in case.needs.iter().chain(&["csrf"]) {
            let mut fields = case.form.fields.clone();
            fields.retain(|(name, _)| name != left_out);
            bodies.push((format!("without {left_out}"), fields));
            let empty = case.form.clone().with(left_out, "").fields;
            bodies.push((format!("with an empty {left_out}"), empty));
        }
        for other in &cases {
            // The complete body of another form with the anti-forgery token of this browser.
            let csrf = case.form.value("csrf").unwrap();
            let fields = other.form.clone().with("csrf", csrf).fields;
            let has = |need: &&str| fields.iter().any(|(name, _)| name == need);
            if !case.needs.iter().all(has) {
                bodies.push((format!("the body of {}", other.name), fields));
            }
        }
        for (kind, fields) in bodies {
            let page = send(case, &fields).await;
            let refused = (400..500).contains(&page.status);
            assert!(refused, "{}, {kind}: {}", case.name, page.dump());
        }
    }
    assert_eq!(facts(stack).await, before);
    for case in cases {
        let mut jar = case.jar;
        let page = jar.submit(&case.form).await;
        assert_eq!(page.status, case.done, "{}: {}", case.name, page.dump());
    }
}

/// Percent-encoded values: NUL, invalid UTF-8, truncated escapes, bidirectional controls, four-byte
/// characters, and characters that are equal to others only after normalization.
const ODD: [&str; 14] = [
    "%00",
    "a%00b",
    "%FF%FE",
    "%C3%28",
    "%ED%A0%80",
    "%F0%9F%98",
    "%",
    "%zz",
    "a%1",
    "%E2%80%AEgro.elpmaxe",
    "%E2%81%A6a%E2%81%A9",
    "%F0%9F%98%80%F0%9D%92%B3",
    "%EF%BB%BFalice",
    "%0D%0ASet-Cookie:%20a=b",
];

async fn unusual_characters_are_rejected_or_stored_exactly(stack: &Stack) {
    let cases = cases(stack).await;
    let before = facts(stack).await;
    let mut kept = Vec::new();
    for case in &cases {
        for field in case.needs {
            for odd in ODD {
                let page = send_odd(case, field, odd).await;
                let what = format!("{}, {field}={odd}: {}", case.name, page.dump());
                // Rejected, unless it is a valid name; then it is stored unchanged.
                if page.status < 400 {
                    let named = ["identifier", "username", "email"].contains(field);
                    assert!(named, "{what}");
                    kept.push(percent(odd).expect("accepted a value that is not text"));
                }
            }
        }
    }
    let db = stack.db().await;
    for name in kept {
        let found = repo::users::find_by_identifier(db.read(), &name).await;
        if let Some(user) = found.unwrap() {
            let exact = user.username == name || user.email == name;
            assert!(exact, "{name:?}: {user:?}");
        }
    }
    db.close().await.unwrap();
    assert_eq!(facts(stack).await, before);
    // Fields that decide nothing may contain any value without an error.
    for case in &cases {
        let fields = case.form.fields.iter().map(|(name, _)| name.as_str());
        for field in fields.filter(|name| !case.needs.contains(name)) {
            for odd in ODD {
                send_odd(case, field, odd).await;
            }
        }
    }
}

/// Sends a form with one field as no browser would encode it; the response is never a server error.
async fn send_odd(case: &Case, field: &str, odd: &str) -> Page {
    let pairs = case.form.fields.iter().map(|(name, value)| {
        if name == field {
            format!("{name}={odd}")
        } else {
            encode([(name.as_str(), value.as_str())])
        }
    });
    let body = pairs.collect::<Vec<_>>().join("&");
    let page = case.jar.clone().post(&case.form.action, body).await;
    let what = format!("{}, {field}={odd}: {}", case.name, page.dump());
    assert!(page.status < 500, "{what}");
    let cookies = page.headers.get_all("set-cookie").iter();
    let injected = cookies.filter(|cooky| cooky.as_bytes().starts_with(b"a="));
    assert_eq!(injected.count(), 0, "{what}");
    page
}

/// Decodes a percent-encoded value; returns `None` if it is not UTF-8.
fn percent(value: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

async fn password_of_any_characters_is_kept_exactly(stack: &Stack) {
    let passwords = [
        "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰 x",
        "\u{202e}turned around and long enough\u{202c}",
        "  spaces before, between and after  ",
        "quotes \"><svg onload=alert(1)> and 'more' %00 %zz & + =",
        "Ｆｕｌｌｗｉｄｔｈ　ｌｅｔｔｅｒｓ　４２",
    ];
    let mut present = PASSWORD.to_owned();
    for new in passwords {
        let mut jar = CookieAgent::new();
        let fields = [("identifier", "alice"), ("password", present.as_str())];
        let page = post(&mut jar, stack, "/login", &fields).await;
        assert_eq!(page.status, 303, "{present}: {}", page.dump());
        let fields = [
            ("current_password", present.as_str()),
            ("password", new),
            ("password_confirm", new),
        ];
        let page = post(&mut jar, stack, "/account/password", &fields).await;
        assert_eq!(page.status, 303, "{new}: {}", page.dump());
        // The password is neither truncated nor trimmed.
        let last = new.char_indices().next_back().unwrap().0;
        let first = new.chars().next().unwrap().len_utf8();
        for other in [&new[..last], &new[first..]] {
            let fields = [("identifier", "alice"), ("password", other)];
            let page = post(&mut CookieAgent::new(), stack, "/login", &fields).await;
            assert_eq!(page.status, 401, "{other}");
        }
        new.clone_into(&mut present);
    }
    // A different encoding of the same characters is the same password (SP 800-63B-4 §3.1.1.2).
    let fields = [
        ("identifier", "alice"),
        ("password", "Fullwidth letters 42"),
    ];
    let page = post(&mut CookieAgent::new(), stack, "/login", &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
}
