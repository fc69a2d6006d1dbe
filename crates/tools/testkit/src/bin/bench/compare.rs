//! `bench --compare`: the same requests on SQLite and on PostgreSQL with Redis, with one process
//! and with three, the system calls of a code cycle, the latencies of a client alone, and the bytes that each
//! database stores in each table. PostgreSQL and Redis are those of the tests; `cargo xtask bench` starts them if no
//! URL is set. `bench --compare --against PROGRAM` measures two programs in turn instead, on SQLite.
//!
//! Everything runs on one machine, including the load and the databases: the results show the cost
//! of an operation, not the throughput of three machines.

use std::path::Path;
use std::time::{Duration, Instant};

use doorward_domain::credentials::password::HashParams;

use doorward_testkit::authorization::{VERIFIER, next_form};
use doorward_testkit::process::Process;
use doorward_testkit::program::{PeerProcess, Program};
use doorward_testkit::{Authorization, Backend, Page, UserAgent, rows};
use reqwest::RequestBuilder;
use reqwest::header::HOST;

use crate::cores::FirstCore;
use crate::cycles::Cycles;
use crate::line::{Line, Unit, Units};
use crate::load::{Load, PARALLEL, Run};
use crate::report::median;
use crate::sites::{self, SiteHost};
use crate::target::Target;
use crate::{hash, signature};

mod saml;

/// A compared deployment.
struct Shape<'a> {
    name: &'static str,
    program: &'a Path,
    backend: Backend,
    processes: usize,
}

/// Returns the deployments on each database, or those of two programs, each twice.
fn shapes<'a>(own: &'a Path, other: Option<&'a Path>) -> Vec<Shape<'a>> {
    let shape = |name, program, backend, processes| Shape {
        name,
        program,
        backend,
        processes,
    };
    let Some(other) = other else {
        let (one, three) = ("PostgreSQL + Redis, 1", "PostgreSQL + Redis, 3");
        return vec![
            shape("SQLite, 1 process", own, Backend::SqliteMemory, 1),
            shape(one, own, Backend::PostgresRedis, 1),
            shape(three, own, Backend::PostgresRedis, 3),
        ];
    };
    let pair = [("this program", own), ("the other program", other)];
    let of_program = |(name, program)| shape(name, program, Backend::SqliteMemory, 1);
    [pair, pair].concat().into_iter().map(of_program).collect()
}
/// Number of codes created before they are redeemed; they are valid for one minute.
const PORTION: usize = 100;
/// Refreshes of a session that refreshes every five minutes for a month.
const MONTH: usize = 31 * 24 * 12;
/// Minimum number of rows for a meaningful row size.
const ENOUGH: u64 = 50;
/// Time until the hashing threads have released their memory.
const HASHING_MEMORY_RELEASED: Duration = Duration::from_secs(8);

/// Measures all deployments with `1/share` of the usual number of requests, and prints the tables.
pub async fn measure(share: usize, other: Option<&Path>) {
    let alone = median(signature::cpu_seconds());
    let hash = median(hash::cpu_seconds(&HashParams::default()));
    println!(
        "one RSA-2048 signature alone: {:.1} µs of CPU; one argon2id hash: {:.1} ms",
        alone * 1e6,
        hash * 1e3
    );
    println!(
        "{PARALLEL} requests at a time; Doorward on one core, the load and databases on the others; \
         CPU of Doorward alone, in signatures beside this load, and in hashes for sign-ins"
    );
    println!();
    println!("| operation | on | CPU | goal | p50 ms | p99 ms | a second |");
    println!("|---|---|---|---|---|---|---|");
    let (mut sizes, mut months, mut footprints) = (Vec::new(), Vec::new(), Vec::new());
    let mut cycles = Vec::new();
    let own = std::env::var_os("DOORWARD_BIN").unwrap_or_else(|| "doorward".into());
    for shape in shapes(Path::new(&own), other) {
        let name = shape.name;
        let subject = Subject::start(&shape).await;
        // Idle means without recent sign-ins: the hashing threads have released their memory.
        tokio::time::sleep(HASHING_MEMORY_RELEASED).await;
        let idle = subject.program.process.resident();
        let signature = subject.signature().await;
        for line in subject.measure(share).await {
            line.print(name, &Units { signature, hash });
        }
        tokio::time::sleep(HASHING_MEMORY_RELEASED).await;
        let loaded = subject.program.process.resident();
        let started = subject.start_of_replica().await;
        footprints.push((name, signature, [idle, loaded], started));
        // More processes, and other programs, store the same rows.
        if shape.processes == 1 && other.is_none() {
            let target = subject.target();
            let measured = Box::pin(Cycles::measure(&target, share)).await;
            cycles.push((name, measured));
            sizes.push((name, subject.sizes().await));
            months.push((name, subject.month(MONTH / share).await));
        }
    }
    if other.is_none() {
        println!();
        Cycles::print(&cycles);
        println!();
        println!("| table | on | rows | bytes for each, with indexes |");
        println!("|---|---|---|---|");
    }
    for (name, tables) in sizes {
        for size in tables {
            println!(
                "| {} | {name} | {} | {} |",
                size.table, size.rows, size.bytes
            );
        }
    }
    println!();
    for (name, signature, [idle, loaded], started) in footprints {
        println!(
            "{name}: one signature beside the load {:.1} µs; memory idle {idle:.1} MB, after load \
             {loaded:.1} MB (goals 30, 45); first answer of another process after {:.0} ms (goal 150)",
            signature * 1e6,
            started.as_secs_f64() * 1e3
        );
    }
    for (name, month) in months {
        println!(
            "one session, {} refreshes, on {name}: {} more rows, {} more bytes in all tables",
            MONTH / share,
            month.rows,
            month.bytes
        );
    }
}

/// Rows and bytes of all tables, or their growth.
struct Growth {
    rows: i64,
    bytes: i64,
}

/// The tokens of code exchanges.
struct Issued {
    access: Vec<String>,
    refresh: Vec<String>,
}

/// The size of a table.
struct Size {
    table: String,
    rows: u64,
    bytes: u64,
}

/// The program on one database, as one or more processes with the same issuer.
struct Subject {
    program: Program,
    twins: Vec<PeerProcess>,
    person: UserAgent,
    load: Load,
}

impl Subject {
    async fn start(shape: &Shape<'_>) -> Self {
        let core = FirstCore::take();
        let program = Program::start(shape.program, shape.backend, &[sites::TRUSTED]).await;
        let mut twins = Vec::new();
        for _ in 1..shape.processes {
            twins.push(program.twin().await);
        }
        drop(core);
        let person = UserAgent::new();
        let request = Authorization::new(&program.issuer, &program.seed.trusted);
        request.complete(&person, "alice").await.code();
        Self {
            program,
            twins,
            person,
            load: Load::new(PARALLEL),
        }
    }

    /// Describes the first process.
    fn target(&self) -> Target {
        let Program { issuer, seed, .. } = &self.program;
        Target::doorward(issuer, seed, self.program.process.id())
    }

    /// Measures the unit on the core of the server beside its load. Two virtual cores may be threads of the
    /// same core, on which everything takes longer while both are busy.
    async fn signature(&self) -> f64 {
        let measuring = std::thread::spawn(|| {
            let _core = FirstCore::take();
            rustix::process::nice(10).expect("a thread may always step back");
            signature::cpu_seconds()
        });
        while !measuring.is_finished() {
            self.client_credentials(200).await;
        }
        median(measuring.join().expect("a measurement"))
    }

    async fn measure(&self, share: usize) -> Vec<Line> {
        // All connections are open and all caches are warm before the measurement.
        self.client_credentials(200).await;
        let mut own = Line::new("client-credentials token", Some(1.16));
        own.add(self.client_credentials(3000 / share).await.0);
        let mut authorizations = Line::new("authorization by a session", None);
        let mut exchanges = Line::new("code exchange", None);
        let mut refreshes = Line::new("refresh with ID token", Some(2.9));
        let mut facts = Line::new("userinfo, each token once", Some(0.35));
        let mut asked = Line::new("introspection, each token once", Some(0.35));
        let mut token = String::new();
        for _ in 0..(10 / share).max(1) {
            let (run, codes) = self.codes().await;
            authorizations.add(run);
            let (run, issued) = self.exchange(&codes).await;
            exchanges.add(run);
            refreshes.add(self.refresh(&issued.refresh).await);
            facts.add(self.userinfo(&issued.access).await);
            asked.add(self.introspection(&issued.access).await);
            token.clone_from(&issued.access[0]);
        }
        let both = "authorization and code exchange";
        let both = Line::sum(both, 3.8, &authorizations, &exchanges);
        let same = vec![token; 3000 / share];
        let mut again = Line::new("userinfo, the same token", Some(0.25));
        again.add(self.userinfo(&same).await);
        let mut cached = Line::new("introspection, the same token", None);
        cached.add(self.introspection(&same).await);
        let hosts = sites::sign_in(&self.program, &self.person, (300 / share).max(1)).await;
        let mut guarded = Line::new("request to a site, first at a host", Some(1.3));
        guarded.add(self.guarded(hosts.iter()).await);
        let mut repeated = Line::new("request to a site, repeated", Some(0.15));
        let same = hosts.iter().take(1).cycle();
        repeated.add(self.guarded(same.take(3000 / share)).await);
        // One signature, and 0.6 for all else.
        let mut assertions = Line::new("SAML sign-in by a session, one signature", Some(1.6));
        assertions.add(self.assertions(1000 / share).await);
        let mut metadata = Line::new("discovery", Some(0.06));
        metadata.add(self.discovery(3000 / share).await);
        let mut pages = Line::new("account page", None);
        pages.add(self.profile(1000 / share).await);
        let mut sign_ins = Line::new("sign-in with a password", Some(1.1));
        sign_ins.unit = Unit::Hash;
        sign_ins.add(self.sign_ins(300 / share).await);
        vec![
            own,
            authorizations,
            exchanges,
            both,
            refreshes,
            facts,
            again,
            asked,
            cached,
            guarded,
            repeated,
            assertions,
            metadata,
            pages,
            sign_ins,
        ]
    }

    fn processes(&self) -> impl Iterator<Item = &Process> {
        let twins = self.twins.iter().map(|twin| &twin.process);
        std::iter::once(&self.program.process).chain(twins)
    }

    /// Returns the URL of a path at one of the processes, in turn.
    fn at(&self, turn: usize, path: &str) -> String {
        let twin = (turn % (self.twins.len() + 1)).checked_sub(1);
        let origin = twin.map_or(self.program.issuer.as_str(), |at| &self.twins[at].origin);
        format!("{origin}{path}")
    }

    /// Adds the issuer's host name to a request, as a proxy would.
    fn behind_the_name(&self, request: RequestBuilder) -> RequestBuilder {
        let name = self.program.issuer.trim_start_matches("http://");
        request.header(HOST, name)
    }

    async fn send(
        &self,
        requests: impl IntoIterator<Item = RequestBuilder>,
        status: u16,
    ) -> ((Run, Duration), Vec<Page>) {
        let before: Vec<_> = self.processes().map(Process::cpu_time).collect();
        let begin = Instant::now();
        let requests = requests.into_iter();
        let requests = requests.map(|request| self.behind_the_name(request));
        let (mut run, pages) = self.load.send(requests, status).await;
        let wall = begin.elapsed();
        // The server may still work shortly after its last response.
        tokio::time::sleep(Duration::from_millis(20)).await;
        let after = self.processes().map(Process::cpu_time);
        run.cpu_seconds = after
            .zip(before)
            .map(|(after, before)| after.since(before))
            .sum();
        ((run, wall), pages)
    }

    async fn client_credentials(&self, count: usize) -> ((Run, Duration), Vec<Page>) {
        let fields = [
            ("grant_type", "client_credentials"),
            ("scope", "tasks:read"),
        ];
        let service = &self.program.seed.service;
        let requests = (0..count).map(|turn| {
            let url = self.at(turn, "/oauth2/token");
            service.request(self.load.http(), &url, &fields)
        });
        self.send(requests, 200).await
    }

    /// Creates codes of the signed-in user.
    async fn codes(&self) -> ((Run, Duration), Vec<String>) {
        let request = Authorization::new(&self.program.issuer, &self.program.seed.trusted);
        let url = request
            .with("scope", "openid offline_access tasks:read")
            .url();
        let path = &url.as_str()[self.program.issuer.len()..];
        let requests = (0..PORTION).map(|turn| self.person.http().get(self.at(turn, path)));
        let (measured, pages) = self.send(requests, 303).await;
        let code = |page: &Page| {
            let location = page.location().expect("a redirect");
            let mut pairs = location.query_pairs();
            let code = pairs.find(|(name, _)| name == "code");
            code.expect("a code").1.into_owned()
        };
        (measured, pages.iter().map(code).collect())
    }

    async fn exchange(&self, codes: &[String]) -> ((Run, Duration), Issued) {
        let client = &self.program.seed.trusted;
        let requests = codes.iter().enumerate().map(|(turn, code)| {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", client.redirect_uri.as_str()),
                ("code_verifier", VERIFIER),
            ];
            let url = self.at(turn, "/oauth2/token");
            client.request(self.load.http(), &url, &fields)
        });
        let (measured, pages) = self.send(requests, 200).await;
        let all = |name| pages.iter().map(|page| member(page, name)).collect();
        let issued = Issued {
            access: all("access_token"),
            refresh: all("refresh_token"),
        };
        (measured, issued)
    }

    async fn refresh(&self, tokens: &[String]) -> (Run, Duration) {
        let client = &self.program.seed.trusted;
        let requests = tokens.iter().enumerate().map(|(turn, token)| {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
            ];
            let url = self.at(turn, "/oauth2/token");
            client.request(self.load.http(), &url, &fields)
        });
        self.send(requests, 200).await.0
    }

    /// Introspects each of these tokens as the resource server that they are for.
    async fn introspection(&self, tokens: &[String]) -> (Run, Duration) {
        let asking = &self.program.seed.tasks_api;
        let requests = tokens.iter().enumerate().map(|(turn, token)| {
            let url = self.at(turn, "/oauth2/introspect");
            asking.request(self.load.http(), &url, &[("token", token.as_str())])
        });
        let (measured, pages) = self.send(requests, 200).await;
        let is_active = |page: &Page| page.json()["active"] == true;
        assert!(pages.iter().all(is_active), "the tokens are active");
        measured
    }

    /// Requests the claims of each of these tokens.
    async fn userinfo(&self, tokens: &[String]) -> (Run, Duration) {
        let requests = tokens.iter().enumerate().map(|(turn, token)| {
            let url = self.at(turn, "/oauth2/userinfo");
            self.load.http().get(url).bearer_auth(token)
        });
        self.send(requests, 200).await.0
    }

    /// Asks about a request to each of these hosts.
    async fn guarded(&self, hosts: impl Iterator<Item = &SiteHost>) -> (Run, Duration) {
        let requests = hosts.enumerate().map(|(turn, host)| {
            let url = self.at(turn, "/forward-auth/traefik");
            host.described(self.load.http().get(url))
        });
        self.send(requests, 200).await.0
    }

    async fn discovery(&self, count: usize) -> (Run, Duration) {
        let requests = (0..count).map(|turn| {
            let url = self.at(turn, "/.well-known/openid-configuration");
            self.load.http().get(url)
        });
        self.send(requests, 200).await.0
    }

    async fn profile(&self, count: usize) -> (Run, Duration) {
        let requests = (0..count).map(|turn| {
            let url = self.at(turn, "/account/profile");
            self.person.http().get(url)
        });
        self.send(requests, 200).await.0
    }

    /// Signs a user in from new devices. Only the form is measured, not its page.
    async fn sign_ins(&self, count: usize) -> (Run, Duration) {
        let mut requests = Vec::new();
        for _ in 0..count {
            let agent = UserAgent::new();
            let page = agent.get(self.at(0, "/login")).await;
            let form = next_form(&page, "alice").expect("the form of the sign-in page");
            requests.push(agent.submission(&form));
        }
        self.send(requests, 303).await.0
    }

    /// Returns the time until another process of the same deployment has started.
    async fn start_of_replica(&self) -> Duration {
        let begin = Instant::now();
        drop(self.program.twin().await);
        begin.elapsed()
    }

    /// Refreshes one session this many times, and returns the growth of the database.
    async fn month(&self, refreshes: usize) -> Growth {
        let (_, codes) = self.codes().await;
        let (_, issued) = self.exchange(&codes[..1]).await;
        let mut token = issued.refresh[0].clone();
        let before = self.stored().await;
        for _ in 0..refreshes {
            let fields = [
                ("grant_type", "refresh_token"),
                ("refresh_token", token.as_str()),
            ];
            let client = &self.program.seed.trusted;
            let request = client.request(self.load.http(), &self.at(0, "/oauth2/token"), &fields);
            let (_, pages) = self.load.send([request], 200).await;
            token = member(&pages[0], "refresh_token");
        }
        let after = self.stored().await;
        Growth {
            rows: after.rows - before.rows,
            bytes: after.bytes - before.bytes,
        }
    }

    /// Returns the rows and bytes of all tables.
    async fn stored(&self) -> Growth {
        let url = &self.program.storage.identity;
        let mut stored = Growth { rows: 0, bytes: 0 };
        for (table, rows) in rows::dump(url).await {
            stored.rows += i64::try_from(rows.len()).expect("a count");
            stored.bytes += i64::try_from(rows::bytes_of(url, &table).await).expect("a size");
        }
        stored
    }

    /// Returns the tables that have grown, with the size of a row including its indexes.
    async fn sizes(&self) -> Vec<Size> {
        let url = &self.program.storage.identity;
        let mut sizes = Vec::new();
        for (table, rows) in rows::dump(url).await {
            let rows = rows.len() as u64;
            if rows >= ENOUGH {
                let bytes = rows::bytes_of(url, &table).await / rows;
                sizes.push(Size { table, rows, bytes });
            }
        }
        sizes
    }
}

fn member(page: &Page, name: &str) -> String {
    page.member(name)
        .unwrap_or_else(|| panic!("no {name}: {}", page.dump()))
}
