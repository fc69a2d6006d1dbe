//! Tests that responses do not reveal whether a user exists (ASVS 5.0 §6.3.8): for known, unknown,
//! locked, disabled and unverified users, status, text, header fields and cookies are the same, by
//! JSON and on pages.

use doorward_testkit::{PASSWORD, Page, Stack, UserAgent, flows_with};
use serde_json::json;

use crate::second_factor::enrol;
use crate::support::{call, sign_in};

const VERIFIED: &[(&str, &str)] = &[("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true")];
const LIMITED: &[(&str, &str)] = &[
    ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true"),
    ("DOORWARD__LIMITS__MULTIPLIER", "1"),
];

flows_with!(VERIFIED; each_sign_in_method_looks_equal_for_all_users);
flows_with!(LIMITED; locked_name_looks_equal_for_known_and_unknown_user);

const NEW: &str = "quartz-bicycle-lemon-42";

/// A request that names a user.
#[derive(Clone, Copy, Debug)]
enum UserRequest {
    /// A JSON request: path, typed values, expected status.
    Json(&'static str, TypedValues, u16),
    /// The form of a page: path, selector, typed values, expected status.
    Page(&'static str, &'static str, TypedValues, u16),
}

/// The typed values.
#[derive(Clone, Copy, Debug)]
enum TypedValues {
    /// The user name and a wrong password.
    Name,
    /// The e-mail address and a wrong password.
    Address,
    /// The e-mail address only.
    Forgot,
    /// The user name only.
    ForgotName,
    /// A new user name with the e-mail address.
    Register,
}

const JSON: &[UserRequest] = &[
    UserRequest::Json("/api/auth/login", TypedValues::Name, 401),
    UserRequest::Json("/api/auth/login", TypedValues::Address, 401),
    UserRequest::Json("/api/auth/password/reset", TypedValues::Forgot, 202),
    UserRequest::Json("/api/auth/password/reset", TypedValues::ForgotName, 202),
    UserRequest::Json("/api/auth/email/verify/resend", TypedValues::Forgot, 202),
    UserRequest::Json("/api/auth/register", TypedValues::Register, 201),
];
const PAGES: &[UserRequest] = &[
    UserRequest::Page("/login", "#login", TypedValues::Name, 401),
    UserRequest::Page("/login", "#login", TypedValues::Address, 401),
    UserRequest::Page("/forgot-password", "#forgot", TypedValues::Forgot, 303),
    UserRequest::Page("/forgot-password", "#forgot", TypedValues::ForgotName, 303),
    UserRequest::Page("/register", "#register", TypedValues::Register, 303),
];

impl TypedValues {
    /// Returns the typed names and values; `sign_up` is a different new user name each time.
    fn about(self, name: &str, sign_up: &str, json: bool) -> Vec<(&'static str, String)> {
        let address = format!("{name}@example.org");
        let identifier = if json { "username" } else { "identifier" };
        let email = if json { "email" } else { "identifier" };
        let wrong = ("password", "wrong and long enough".to_owned());
        match self {
            Self::Name => vec![(identifier, name.to_owned()), wrong],
            Self::Address => vec![(identifier, address), wrong],
            Self::Forgot => vec![(email, address)],
            Self::ForgotName => vec![(email, name.to_owned())],
            Self::Register => vec![
                ("username", sign_up.to_owned()),
                ("email", address),
                ("password", NEW.to_owned()),
                ("password_confirm", NEW.to_owned()),
            ],
        }
    }
}

impl UserRequest {
    /// Returns all comparable parts of the responses, including the page after a redirect.
    async fn look(self, stack: &Stack, name: &str, sign_up: &str) -> Vec<Comparable> {
        match self {
            Self::Json(path, values, status) => {
                let typed = values.about(name, sign_up, true);
                let body = typed
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), json!(value)));
                let body = serde_json::Value::Object(body.collect());
                let page = call(stack, "POST", path).json(&body).send().await;
                assert_eq!(page.status, status, "{self:?} {name}: {}", page.dump());
                vec![Comparable::of(&page, &[name, sign_up])]
            }
            Self::Page(path, form, values, status) => {
                let agent = UserAgent::new();
                let mut form = agent.get(stack.at(path)).await.form(form);
                for (field, value) in values.about(name, sign_up, false) {
                    form = form.with(field, &value);
                }
                let page = agent.submit(&form).await;
                assert_eq!(page.status, status, "{self:?} {name}: {}", page.dump());
                let mut looks = vec![Comparable::of(&page, &[name, sign_up])];
                if page.is_redirect() {
                    let page = agent.follow(page, "").await;
                    looks.push(Comparable::of(&page, &[name, sign_up]));
                }
                looks
            }
        }
    }
}

/// A response as an attacker could compare it, without the parts that differ between any two
/// responses.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Comparable {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Comparable {
    fn of(page: &Page, typed: &[&str]) -> Self {
        let plain = |text: &str| {
            let mut text = text.to_owned();
            let ids = ["x-request-id", "x-decision-id"].map(|id| page.header(id));
            let form = page.find_form("form:has([name=csrf])");
            let csrf = form.as_ref().and_then(|form| form.value("csrf"));
            for word in typed
                .iter()
                .copied()
                .chain(csrf)
                .chain(ids.into_iter().flatten())
            {
                if !word.is_empty() {
                    text = text.replace(word, "*");
                }
            }
            text
        };
        // The rest of a limit depends on the caller, and so does the length.
        let own = ["date", "content-length", "ratelimit"];
        let mut headers: Vec<_> = page
            .headers
            .iter()
            .map(|(name, value)| {
                let (name, value) = (name.to_string(), value.to_str().expect("text"));
                let value = match name.as_str() {
                    name if own.contains(&name) => "*".to_owned(),
                    "set-cookie" => hide_value(value),
                    _ => plain(value),
                };
                (name, value)
            })
            .collect();
        headers.sort();
        let body = String::from_utf8_lossy(&page.body);
        Self {
            status: page.status,
            headers,
            body: plain(&body),
        }
    }
}

/// Returns a cookie's name and attributes.
fn hide_value(cookie: &str) -> String {
    let (name, rest) = cookie.split_once('=').expect("a cookie");
    let attributes = rest
        .split_once(';')
        .map_or("", |(_, attributes)| attributes);
    format!("{name}=*;{attributes}")
}

async fn each_sign_in_method_looks_equal_for_all_users(stack: &Stack) {
    // These user names are as long as that of the unknown user.
    enrol(stack, "admin").await;
    stack.disable_user("bob").await;
    stack.set_email_verified("mona", false).await;
    // A name with the word "admin" is reserved.
    let sign_up = || format!("new-{}", &uuid::Uuid::new_v4().simple().to_string()[..12]);
    for ask in JSON.iter().chain(PAGES) {
        let expected = ask.look(stack, "nobody", &sign_up()).await;
        for who in ["alice", "bob", "mona", "admin"] {
            let seen = ask.look(stack, who, &sign_up()).await;
            assert_eq!(seen, expected, "{who}: {ask:?}");
        }
    }
    // A disabled user gets the same response, even with the correct password.
    let path = "/api/auth/login";
    let body = |name: &str| json!({ "username": name, "password": PASSWORD });
    let off = call(stack, "POST", path).json(&body("bob")).send().await;
    let nobody = call(stack, "POST", path).json(&body("nobody")).send().await;
    assert_eq!(off.status, 401, "{}", off.dump());
    assert_eq!(
        Comparable::of(&off, &["bob"]),
        Comparable::of(&nobody, &["nobody"])
    );
    // The comparison works: a correct password gives a different response.
    sign_in(stack, "alice").await;
    let right = call(stack, "POST", path).json(&body("alice")).send().await;
    assert_ne!(
        Comparable::of(&right, &["alice"]),
        Comparable::of(&nobody, &["nobody"])
    );
}

async fn locked_name_looks_equal_for_known_and_unknown_user(stack: &Stack) {
    for name in ["alice", "nobody"] {
        for _ in 0..5 {
            let ask = UserRequest::Json("/api/auth/login", TypedValues::Name, 401);
            ask.look(stack, name, "").await;
        }
    }
    for ask in [
        UserRequest::Json("/api/auth/login", TypedValues::Name, 429),
        UserRequest::Page("/login", "#login", TypedValues::Name, 429),
        UserRequest::Json("/api/auth/password/reset", TypedValues::ForgotName, 202),
        UserRequest::Page("/forgot-password", "#forgot", TypedValues::ForgotName, 303),
        UserRequest::Json("/api/auth/email/verify/resend", TypedValues::Forgot, 202),
        UserRequest::Json("/api/auth/register", TypedValues::Register, 201),
    ] {
        let run = &uuid::Uuid::new_v4().simple().to_string()[..8];
        let [known, unknown] = ["alice", "nobody"].map(|name| format!("new-{name}-{run}"));
        let known = ask.look(stack, "alice", &known).await;
        let unknown = ask.look(stack, "nobody", &unknown).await;
        assert_eq!(known, unknown, "{ask:?}");
        if let UserRequest::Json(_, _, 429) | UserRequest::Page(_, _, _, 429) = ask {
            let names = known[0].headers.iter();
            let wait = names.filter(|(name, value)| name == "retry-after" && value == "60");
            assert_eq!(wait.count(), 1, "{known:?}");
        }
    }
}
