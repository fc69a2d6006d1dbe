//! Response times for existing and unknown users (ASVS 5.0 §6.3.8).

use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::smtp::mail_server;
use doorward_testkit::{Backend, Form, Page, UserAgent};
use serde_json::{Value, json};

use crate::{binary, rank};

/// Number of warm-up requests.
const WARM: usize = 10;
const PASSWORD: &str = "quartz-bicycle-lemon-42";

/// The user in a request.
#[derive(Clone, Copy)]
enum UserKind {
    Known,
    Unknown,
}

/// An endpoint to measure.
enum SignInMethod {
    /// A form on a page.
    Form { path: &'static str, form: Box<Form> },
    /// A request to the JSON API.
    Json { path: &'static str },
}

/// Sends `count` requests for each of two users in turn to each endpoint, and prints whether
/// response times distinguish them.
pub async fn measure(count: usize) {
    let (smtp, _mails) = mail_server(Vec::new());
    let settings = [
        ("DOORWARD__REGISTRATION__VERIFY_EMAIL", "true"),
        ("DOORWARD_SMTP_URL", smtp.as_str()),
        ("DOORWARD__LOGIN__EMAIL_CODE", "true"),
    ];
    let program = Program::start(&binary(), Backend::SqliteMemory, &settings).await;
    let agent = UserAgent::new();
    let mut ways = Vec::new();
    for (path, selector) in [
        ("/login", "#login"),
        ("/forgot-password", "#forgot"),
        ("/register", "#register"),
        ("/login/email", "#email-ask"),
    ] {
        let form = Box::new(agent.get(program.at(path)).await.form(selector));
        ways.push(SignInMethod::Form { path, form });
    }
    for path in [
        "/api/auth/login",
        "/api/auth/password/reset",
        "/api/auth/register",
    ] {
        ways.push(SignInMethod::Json { path });
    }
    let mut found = Vec::new();
    for way in &ways {
        found.push(compare(&program, &agent, way, count).await);
    }
    println!("{}", serde_json::to_string_pretty(&found).expect("JSON"));
}

impl SignInMethod {
    const fn path(&self) -> &'static str {
        match self {
            Self::Form { path, .. } | Self::Json { path } => path,
        }
    }

    /// Returns the input; `number` creates names that were not used before.
    fn typed(&self, who: UserKind, number: usize) -> Vec<(&'static str, String)> {
        let is_form = matches!(self, Self::Form { .. });
        // Each registered name is unique, between forms and JSON requests as well.
        let (name, letter) = match who {
            UserKind::Known => ("alice".to_owned(), if is_form { 'k' } else { 'j' }),
            UserKind::Unknown => (format!("n{number:04}"), if is_form { 'u' } else { 'v' }),
        };
        let email = format!("{name}@example.org");
        if self.path().ends_with("register") {
            return vec![
                ("username", format!("{letter}{number:05}")),
                ("email", email),
                ("password", PASSWORD.to_owned()),
                ("password_confirm", PASSWORD.to_owned()),
            ];
        }
        if self.path().ends_with("login") {
            let name_field = if is_form { "identifier" } else { "username" };
            return vec![(name_field, name), ("password", PASSWORD.to_owned())];
        }
        vec![(if is_form { "identifier" } else { "email" }, email)]
    }

    async fn send(
        &self,
        program: &Program,
        agent: &UserAgent,
        who: UserKind,
        number: usize,
    ) -> Page {
        let typed = self.typed(who, number);
        match self {
            Self::Form { form, .. } => {
                let fill = |form: Form, (name, value): &(&str, String)| form.with(name, value);
                agent
                    .submit(&typed.iter().fold((**form).clone(), fill))
                    .await
            }
            Self::Json { path } => {
                let mut body: serde_json::Map<String, Value> = typed
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), json!(value)))
                    .collect();
                if !path.ends_with("reset") {
                    body.insert("client_id".to_owned(), json!(program.seed.app.id));
                }
                let request = agent.http().post(program.at(path));
                let request = request.header("content-type", "application/json");
                agent
                    .send(request.body(Value::Object(body).to_string()))
                    .await
            }
        }
    }
}

async fn compare(program: &Program, agent: &UserAgent, way: &SignInMethod, count: usize) -> Value {
    let mut times: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    let mut statuses = [0_u16; 2];
    for number in 0..count + WARM {
        // They alternate in order: work left by one request must not affect only the other.
        let mut pair = [UserKind::Known, UserKind::Unknown];
        if number % 2 == 1 {
            pair.reverse();
        }
        for who in pair {
            // A short pause, as between unrelated requests.
            tokio::time::sleep(Duration::from_millis(4)).await;
            let start = Instant::now();
            let page = way.send(program, agent, who, number).await;
            let time = start.elapsed().as_secs_f64() * 1e3;
            statuses[who as usize] = page.status;
            if number >= WARM {
                times[who as usize].push(time);
            }
        }
    }
    let [known, unknown] = times.each_ref().map(|times| rank::median(times));
    let difference = (known - unknown).abs();
    let p = rank::mann_whitney(&times[0], &times[1]);
    json!({
        "path": way.path(),
        "statuses": statuses,
        "requests_each": count,
        "known_median_ms": known,
        "unknown_median_ms": unknown,
        "difference_ms": difference,
        "mann_whitney_p": p,
        "medians_within_en_2": difference < 2.0 || difference / known.max(unknown) < 0.05,
        "cannot_be_told_apart": p > 0.01,
    })
}
