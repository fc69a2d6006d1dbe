//! `bench --tls`: plain HTTP, built-in TLS, and nginx with TLS in front: start, memory, and the cost of
//! requests on new and on kept connections. The reference is plain HTTP in the same run.

use doorward_testkit::UserAgent;
use doorward_testkit::process::Process;
use doorward_testkit::program::free_port;
use doorward_testkit::proxy::{Proxy, Recipe};

use crate::cores::FirstCore;
use crate::load::{Load, PARALLEL, Run};
use crate::subject::{Site, Subject};

/// Host of all three, so that each client resolves it alike.
const HOST: &str = "localhost";
const RECIPE: &str = include_str!("../../../../../../deploy/nginx.conf");
/// Number of rounds in which the three take turns, so that slower phases of the machine affect all.
const ROUNDS: usize = 4;
/// Requests of a round.
const TOKENS: usize = 1000;
const SIGN_INS: usize = 20;
/// Requests before each round, which open the connections that are kept.
const WARM: usize = 2 * PARALLEL;

#[derive(Clone, Copy)]
enum Work {
    Tokens,
    SignIns,
}

#[derive(Clone, Copy)]
enum Connections {
    Kept,
    New,
}

const KINDS: [(&str, Work, Connections); 4] = [
    (
        "client-credentials token, kept connections",
        Work::Tokens,
        Connections::Kept,
    ),
    (
        "client-credentials token, new connections",
        Work::Tokens,
        Connections::New,
    ),
    (
        "sign-in with a password, one connection",
        Work::SignIns,
        Connections::Kept,
    ),
    (
        "sign-in with a password, a connection for each request",
        Work::SignIns,
        Connections::New,
    ),
];

impl Connections {
    fn agent(self) -> UserAgent {
        match self {
            Self::Kept => UserAgent::accepting_any_certificate(),
            Self::New => UserAgent::restless_accepting_any_certificate(),
        }
    }
}

/// A server as clients reach it.
struct Front {
    name: &'static str,
    subject: Subject,
    nginx: Option<Proxy>,
    /// Resident memory before the load, in megabytes.
    idle: f64,
    /// The requests of each kind.
    runs: [Run; KINDS.len()],
}

/// Measures all three with `1/share` of the usual number of requests, and prints the table of
/// `docs/scale.md`.
pub async fn measure(share: usize) {
    let mut fronts = [
        Front::plain().await,
        Front::with_tls().await,
        Front::behind_nginx().await,
    ];
    // Idle means without recent sign-ins: the hashing threads have released their memory.
    tokio::time::sleep(std::time::Duration::from_secs(8)).await;
    for front in &mut fronts {
        front.idle = front.resident();
    }
    for _ in 0..ROUNDS {
        for kind in 0..KINDS.len() {
            for front in &mut fronts {
                Box::pin(front.run(kind, share)).await;
            }
        }
    }
    print(&fronts);
}

impl Front {
    async fn new(name: &'static str, mut site: Site) -> Self {
        // The three would share its port.
        let metrics = ("DOORWARD__METRICS__ENABLED", "false".to_owned());
        site.settings.push(metrics);
        Self {
            name,
            subject: Box::pin(Subject::start_at(site)).await,
            nginx: None,
            idle: 0.0,
            runs: std::array::from_fn(|_| Run::default()),
        }
    }

    async fn plain() -> Self {
        Self::new("plain HTTP", Site::plain(HOST)).await
    }

    async fn with_tls() -> Self {
        Self::new("built-in TLS", Site::with_tls(HOST)).await
    }

    async fn behind_nginx() -> Self {
        let listen = format!("127.0.0.1:{}", free_port());
        let nginx = start_nginx(&listen);
        let site = Site {
            issuer: format!("https://{HOST}:{}", nginx.port),
            listen,
            settings: vec![("DOORWARD__TRUSTED_PROXIES", "127.0.0.1/32".to_owned())],
            agent: Connections::Kept.agent(),
            ..Site::plain(HOST)
        };
        Self {
            nginx: Some(nginx),
            ..Self::new("nginx with TLS in front", site).await
        }
    }

    /// Returns the memory of the server and of nginx in megabytes.
    fn resident(&self) -> f64 {
        let nginx = self.nginx.as_ref();
        let nginx = nginx.map_or(0.0, |nginx| nginx.process.resident());
        self.subject.identity.resident() + nginx
    }

    /// Runs a round of requests of this kind.
    async fn run(&mut self, kind: usize, share: usize) {
        let (_, work, connections) = KINDS[kind];
        let load = Load::with(connections.agent(), PARALLEL);
        if matches!(work, Work::Tokens) {
            self.subject.client_credentials(&load, WARM).await;
        }
        let nginx = self.nginx.as_ref().map(|nginx| &nginx.process);
        let before = nginx.map(Process::cpu_time);
        let mut run = match work {
            Work::Tokens => {
                let count = TOKENS / share;
                self.subject.client_credentials(&load, count).await
            }
            Work::SignIns => {
                let agent = || connections.agent();
                Box::pin(self.subject.sign_ins(agent, SIGN_INS / share)).await
            }
        };
        if let (Some(nginx), Some(before)) = (nginx, before) {
            run.cpu_seconds += nginx.cpu_time().since(before);
        }
        self.runs[kind].add(run);
    }
}

/// Starts nginx with the recipe of the repository, on the core of the measured server.
fn start_nginx(upstream: &str) -> Proxy {
    let recipe = Recipe::new(RECIPE, HOST);
    recipe.file("nginx-upstream.conf", &format!("server {upstream};\n"));
    let _core = FirstCore::take();
    recipe
        .replace("/run/nginx.pid", "DIR/nginx.pid")
        .replace("/var/log/nginx/", "DIR/")
        .replace(
            "listen 80 default_server",
            "listen unix:DIR/plain default_server",
        )
        .replace("listen 443 ssl", "listen 127.0.0.1:PORT ssl")
        .replace("/etc/nginx/tls/id.example.org.pem", "DIR/tls.pem")
        .replace("/etc/nginx/tls/id.example.org.key", "DIR/tls.key")
        // The limit of the recipe would reject the load.
        .replace("rate=60r/m", "rate=100000r/s")
        .nginx()
}

fn print(fronts: &[Front]) {
    let reference = &fronts[0];
    println!("Ratios to plain HTTP; in parentheses the reference of this run.");
    println!();
    let names: Vec<_> = fronts.iter().map(|front| front.name).collect();
    println!("| | {} |", names.join(" | "));
    println!("|---|{}", "--:|".repeat(fronts.len()));
    row("warm start to the first answer", "ms", fronts, |front| {
        front.subject.warm_start.as_secs_f64() * 1e3
    });
    row("resident memory, idle", "MB", fronts, |front| front.idle);
    row(
        "resident memory after the load",
        "MB",
        fronts,
        Front::resident,
    );
    for (kind, (name, _, _)) in KINDS.iter().enumerate() {
        row(&format!("{name}: CPU"), "µs", fronts, |front| {
            front.runs[kind].cost() * 1e6
        });
        row(&format!("{name}: throughput"), "/s", fronts, |front| {
            front.runs[kind].throughput()
        });
    }
    println!();
    let count = |kind: usize| reference.runs[kind].latencies.len();
    println!(
        "{} tokens with {PARALLEL} requests at a time, and {} sign-ins one after the other, of each kind; the \
         server and nginx on one core, the load on the others; HTTP/1.1, full handshakes; memory and CPU of nginx \
         are included.",
        count(0),
        count(2)
    );
}

/// Prints a figure of each server.
fn row(name: &str, unit: &str, fronts: &[Front], figure: impl Fn(&Front) -> f64) {
    let reference = figure(&fronts[0]);
    let ratios = fronts.iter().map(|front| figure(front) / reference);
    let mut cells: Vec<_> = ratios.map(|ratio| format!("{ratio:.2}")).collect();
    cells[0] = format!("1 ({reference:.0} {unit})");
    println!("| {name} | {} |", cells.join(" | "));
}
