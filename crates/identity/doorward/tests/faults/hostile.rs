//! Trial R32: a hostile user, a hostile client and a logout host that never answers, beside ordinary
//! users. What each of them may use is bounded, so the others are served nearly as before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use doorward_testkit::program::Program;
use doorward_testkit::smtp::mail_server;
use doorward_testkit::trial::{Trial, p99};
use doorward_testkit::{Authorization, Backend, UserAgent, stack};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::app::App;
use super::ledger::Working;
use super::{CHEAP, binary};

/// Number of clients whose logout host never answers.
const HANGING: usize = 20;
/// Maximum 99th percentile with the hostile ones, in percent of the one without.
const MOST: u128 = 200;
/// Times below this one are not compared: the two cores also run the hostile clients themselves.
const FLOOR: u128 = 60;

#[test]
fn r32_hostile_user_client_and_host_sqlite() {
    stack::block_on(hostile(Backend::SqliteMemory, "sqlite"));
}

#[test]
fn r32_hostile_user_client_and_host_postgres() {
    stack::block_on(hostile(Backend::PostgresRedis, "postgres"));
}

async fn hostile(backend: Backend, store: &'static str) {
    let trial = Trial::new("R32", store);
    let mut chance = StdRng::seed_from_u64(trial.seed);
    let (smtp, mails) = mail_server(Vec::new());
    let settings = [
        CHEAP[0],
        CHEAP[1],
        ("DOORWARD_SMTP_URL", smtp.as_str()),
        (
            "DOORWARD__MAIL__FROM",
            "Doorward <no-reply@doorward.example>",
        ),
        ("DOORWARD__LIMITS__MULTIPLIER", "1"),
        ("DOORWARD__OUTGOING__ALLOWED_NETWORKS", "127.0.0.0/8"),
    ];
    let program = Arc::new(Program::start(&binary(), backend, &settings).await);
    let silent = silent_host().await;
    register_hanging(&program, silent).await;
    let mut apps = Vec::new();
    for person in ["alice", "mona"] {
        apps.push(Arc::new(
            App::with_agent(&program, person, UserAgent::restless()).await,
        ));
    }
    let lasting = trial.lasting(4_000, 60_000);

    let quiet = measure(&program, &apps, &mut chance, lasting).await;
    let over = Arc::new(AtomicBool::new(false));
    let attackers = attack(&program, &over).await;
    // The hostile ones reach their limits first.
    tokio::time::sleep(lasting / 4).await;
    let loud = measure(&program, &apps, &mut chance, lasting).await;
    let mail = time_of_mail(&program, &mails).await;
    over.store(true, Ordering::Relaxed);
    let mut requests = 0;
    for attacker in attackers {
        requests += attacker.await.expect("the attacker ends");
    }
    let percent = loud.p99 * 100 / quiet.p99.max(1);
    trial.done(json!({
        "quiet": { "requests": quiet.count, "p99_ms": quiet.p99 },
        "loud": { "requests": loud.count, "p99_ms": loud.p99 },
        "percent": percent, "mail_ms": mail.as_millis(), "hostile_requests": requests,
    }));
    let most = if trial.is_release() { MOST } else { u128::MAX };
    assert!(
        loud.p99 <= FLOOR || percent <= most,
        "p99 {} ms instead of {} ms\n{}",
        loud.p99,
        quiet.p99,
        program.output()
    );
    assert!(mail < Duration::from_secs(15), "a message took {mail:?}");
}

/// The responses to the ordinary users.
struct Served {
    count: usize,
    p99: u128,
}

/// Measures the ordinary users, whose requests must all succeed.
async fn measure(
    program: &Program,
    apps: &[Arc<App>],
    chance: &mut StdRng,
    lasting: Duration,
) -> Served {
    for app in apps {
        app.seen();
    }
    let working = Working::begin(program, apps, chance);
    tokio::time::sleep(lasting).await;
    working.end().await;
    let seen: Vec<_> = apps.iter().flat_map(|app| app.seen()).collect();
    for response in &seen {
        assert!(response.is_good(), "{response:?}\n{}", program.output());
    }
    let mut times: Vec<_> = seen.iter().map(|response| response.took).collect();
    Served {
        count: times.len(),
        p99: p99(&mut times),
    }
}

/// Starts a server that accepts connections and never answers; returns its port.
async fn silent_host() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let mut streams = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            streams.push(stream);
        }
    });
    port
}

/// Registers clients of the silent host.
async fn register_hanging(program: &Program, port: u16) {
    for number in 0..HANGING {
        let (id, uri) = (
            format!("hanging-{number}"),
            format!("http://127.0.0.1:{port}/bye"),
        );
        let redirect = program.seed.trusted.redirect_uri.clone();
        let create = [
            "client",
            "create",
            "--id",
            &id,
            &id,
            "--redirect-uri",
            &redirect,
            "--backchannel-logout-uri",
            &uri,
            "--first-party=true",
            "--kind=public",
        ];
        let done = program.run_command(&create).await;
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
}

/// Starts the hostile ones; each returns the number of its requests.
async fn attack(program: &Arc<Program>, over: &Arc<AtomicBool>) -> Vec<JoinHandle<usize>> {
    let mut all = Vec::new();
    // The user signs in to the clients of the silent host, and out again, as often as sign-ins are allowed.
    let (of, ended) = (Arc::clone(program), Arc::clone(over));
    all.push(tokio::spawn(async move {
        let mut count = 0;
        for _ in 0..3 {
            let agent = UserAgent::new();
            for number in 0..HANGING {
                let mut client = of.seed.trusted.clone();
                client.id = format!("hanging-{number}");
                client.secret = None;
                let request = Authorization::new(&of.issuer, &client);
                request.complete(&agent, "bob").await.code();
                count += 1;
            }
            let page = agent.get(of.at("/logout")).await;
            agent.submit(&page.form("#logout")).await;
            if ended.load(Ordering::Relaxed) {
                break;
            }
        }
        count
    }));
    // The user asks for everything that is expensive, all the time.
    let bob = Arc::new(UserAgent::restless());
    let request = Authorization::new(&program.issuer, &program.seed.trusted);
    request.complete(&bob, "admin").await.code();
    for path in [
        "/account/data",
        "/account/sessions",
        "/account/activity",
        "/oauth2/authorize?client_id=nobody",
        "/oauth2/authorize?client_id=hanging-1&organization=nobody",
    ] {
        all.push(hammer(over, {
            let (bob, url) = (Arc::clone(&bob), program.at(path));
            move || bob.http().get(url.clone())
        }));
    }
    // The client guesses secrets, and floods the endpoints that need a secret or a token.
    let http = UserAgent::restless();
    for (path, body) in [
        (
            "/oauth2/token",
            "grant_type=client_credentials&client_id=hanging-1&client_secret=wrong",
        ),
        (
            "/oauth2/introspect",
            "token=unknown&client_id=hanging-1&client_secret=wrong",
        ),
        (
            "/oauth2/par",
            "client_id=hanging-1&redirect_uri=http%3A%2F%2Felsewhere.example",
        ),
        (
            "/oauth2/device_authorization",
            "client_id=hanging-1&scope=openid",
        ),
    ] {
        all.push(hammer(over, {
            let (http, url) = (http.http().clone(), program.at(path));
            move || {
                http.post(url.clone())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(body)
            }
        }));
    }
    all
}

/// Sends the same request again and again, fifty times a second at most.
fn hammer(
    over: &Arc<AtomicBool>,
    request: impl Fn() -> reqwest::RequestBuilder + Send + 'static,
) -> JoinHandle<usize> {
    let over = Arc::clone(over);
    tokio::spawn(async move {
        let mut count = 0;
        while !over.load(Ordering::Relaxed) {
            let _ = request().send().await;
            count += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        count
    })
}

/// Returns the time until the message of a password reset of an ordinary user arrives.
async fn time_of_mail(program: &Program, mails: &Receiver<String>) -> Duration {
    while mails.try_recv().is_ok() {}
    let started = Instant::now();
    let agent = UserAgent::new();
    let page = agent.get(program.at("/forgot-password")).await;
    let form = page.form("#forgot").with("identifier", "alice");
    let page = agent.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    loop {
        if let Ok(message) = mails.try_recv()
            && message.contains("alice@example.org")
        {
            return started.elapsed();
        }
        assert!(
            started.elapsed() < Duration::from_mins(2),
            "no message arrived"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
