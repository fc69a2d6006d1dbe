//! Helpers that sign in repeatedly and from any client address.

use doorward_testkit::{Form, Page, Stack, UserAgent, agent};

/// The production limits.
pub const LIMITS: &[(&str, &str)] = &[("DOORWARD__LIMITS__MULTIPLIER", "1")];

/// Creates two tests of each `async fn(&Stack)`, with the production limits and additional
/// settings.
#[macro_export]
macro_rules! limited {
    ($settings:ident; $($check:ident),+ $(,)?) => {
        $(
            mod $check {
                use doorward_testkit::{Backend, stack};

                #[test]
                fn sqlite_memory() {
                    stack::run_with(Backend::SqliteMemory, super::$settings, super::$check);
                }

                #[test]
                fn postgres_redis() {
                    stack::run_with(Backend::PostgresRedis, super::$settings, super::$check);
                }
            }
        )+
    };
}

/// Returns the filled sign-in form of this browser.
pub async fn form(stack: &Stack, agent: &UserAgent, identifier: &str, password: &str) -> Form {
    let page = agent.get(stack.at("/login")).await;
    let form = page.form("form:has([name=password])");
    form.with("identifier", identifier)
        .with("password", password)
}

/// Signs in with this browser.
pub async fn sign_in(stack: &Stack, agent: &UserAgent, name: &str, password: &str) -> Page {
    let form = form(stack, agent, name, password).await;
    agent.submit(&form).await
}

/// Submits a wrong password in a new browser.
pub async fn fail(stack: &Stack, identifier: &str) -> Page {
    sign_in(stack, &UserAgent::new(), identifier, "a wrong password").await
}

/// Posts a form to any server of the stack's issuer, as if a proxy had forwarded it.
pub async fn post(
    stack: &Stack,
    agent: &UserAgent,
    origin: &str,
    form: &Form,
    forwarded: Option<&str>,
) -> Page {
    post_for(stack.issuer(), agent, origin, form, forwarded).await
}

/// Posts a form to a server of any issuer, as if a proxy had forwarded it.
pub async fn post_for(
    issuer: &str,
    agent: &UserAgent,
    origin: &str,
    form: &Form,
    forwarded: Option<&str>,
) -> Page {
    let pairs = form
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let host = issuer.trim_start_matches("http://");
    let mut request = agent
        .http()
        .post(format!("{origin}{}", form.action.path()))
        .header("host", host)
        .header("origin", issuer)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(agent::encode(pairs));
    if let Some(address) = forwarded {
        request = request.header("x-forwarded-for", address);
    }
    agent.send(request).await
}

/// Returns the seconds in `Retry-After`.
#[track_caller]
pub fn retry_after(page: &Page) -> i64 {
    assert_eq!(page.status, 429, "{}", page.dump());
    let value = page.header("retry-after").expect("Retry-After");
    value.parse().expect("seconds")
}
