//! `bench --page`: the figures of `docs/performance.md`, and with `--peers` only those of the servers beside
//! Doorward. All use HTTPS, one after the other, each on the first core.

use std::panic::AssertUnwindSafe;
use std::process::Command;
use std::time::Duration;

use doorward_access::clock::{Clock as _, SystemClock};
use doorward_testkit::backend::Storage;
use doorward_testkit::postgres::POSTGRES_URL;
use doorward_testkit::process::memory_of;
use doorward_testkit::program::free_port;
use doorward_testkit::{Backend, rows};
use futures_util::FutureExt as _;

use crate::subject::{Site, Subject};
use crate::target::{Cost, Operation, PARALLEL, Target};
use crate::{database, peers};

const HOST: &str = "localhost";
/// Time until the hashing threads of Doorward have released their memory.
const REST: Duration = Duration::from_secs(8);
const USAGE: &str = "usage: bench --page | --peers [--quick] [--requests N] [--users N]";
/// Fewer requests have no 99th percentile.
const LEAST: usize = 100;

#[derive(PartialEq, Eq, Debug)]
struct Options {
    /// Measures Doorward too.
    doorward: bool,
    /// Requests of a client; of codes and sign-ins fewer.
    requests: usize,
    users: u32,
}

impl Options {
    fn parse(arguments: &[String]) -> Option<Self> {
        let mut options = Self {
            doorward: false,
            requests: 3000,
            users: 100_000,
        };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--page" => options.doorward = true,
                "--peers" => {}
                "--quick" => options.requests = LEAST,
                "--requests" => options.requests = words.next()?.parse().ok()?,
                "--users" => options.users = words.next()?.parse().ok()?,
                _ => return None,
            }
        }
        (options.requests >= LEAST).then_some(options)
    }
}

/// The figures of one server.
struct Measured {
    name: String,
    /// Resident memory in megabytes, before and after the load.
    memory: [f64; 2],
    costs: Vec<(Operation, Cost)>,
}

/// Measures what the arguments name, and prints the tables of the page.
pub fn run(arguments: &[String]) {
    let Some(options) = Options::parse(arguments) else {
        eprintln!("{USAGE}");
        std::process::exit(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure(&options, arguments));
}

async fn measure(options: &Options, arguments: &[String]) {
    let mut servers = Vec::new();
    if options.doorward {
        for backend in [Backend::SqliteMemory, Backend::PostgresRedis] {
            servers.push(Box::pin(doorward(backend, options)).await);
        }
    }
    for kind in peers::Kind::ALL {
        let name = kind.name();
        // A server that does not start or answers otherwise must not lose the figures of the others.
        let measured = AssertUnwindSafe(Box::pin(peer(kind, options))).catch_unwind();
        match measured.await {
            Ok(Some(measured)) => servers.push(measured),
            Ok(None) => eprintln!("{name}: skipped, because it is not installed"),
            Err(_) => eprintln!("{name}: skipped, because it failed"),
        }
    }
    print_machine(arguments).await;
    print_costs(&servers, options);
    print_comparison(&servers);
    print_memory(&servers);
}

async fn doorward(backend: Backend, options: &Options) -> Measured {
    let mut site = Site::with_tls(HOST);
    let metrics = format!("127.0.0.1:{}", free_port());
    site.settings.push(("DOORWARD__METRICS__LISTEN", metrics));
    site.users = options.users;
    let (mut name, mut databases) = ("Doorward, SQLite", Vec::new());
    if backend == Backend::PostgresRedis {
        let storage = Storage::create_empty(backend).await;
        name = "Doorward, PostgreSQL + Redis";
        databases.extend(database::process_of(&storage.identity, "postgres"));
        let redis = storage.redis.as_deref();
        databases.extend(redis.and_then(|url| database::process_of(url, "redis-server")));
        site.storage = Some(storage);
    }
    let subject = Box::pin(Subject::start_at(site)).await;
    let mut target = Target::doorward(&subject.issuer, &subject.seed, subject.identity.id());
    target.users = usize::try_from(options.users).expect("a count");
    target.databases = databases;
    measured(name.to_owned(), &target, options.requests).await
}

async fn peer(kind: peers::Kind, options: &Options) -> Option<Measured> {
    let peer = kind.start(options.users).await?;
    Some(measured(kind.name(), &peer.target, options.requests).await)
}

async fn measured(name: String, target: &Target, requests: usize) -> Measured {
    let memory = || memory_of(target.process, "VmRSS").expect("the server runs");
    tokio::time::sleep(REST).await;
    let idle = memory();
    let mut costs = Vec::new();
    for operation in target.operations {
        let cost = Box::pin(target.measure(*operation, requests)).await;
        eprintln!(
            "{name}: {}: {:.0} µs",
            operation.name(),
            cost.run.cost() * 1e6
        );
        costs.push((*operation, cost));
    }
    tokio::time::sleep(REST).await;
    Measured {
        memory: [idle, memory()],
        name,
        costs,
    }
}

async fn print_machine(arguments: &[String]) {
    let day = jiff::Timestamp::from_second(SystemClock.now()).expect("a time");
    let postgres = match std::env::var(POSTGRES_URL) {
        Ok(url) => {
            let version = "SELECT current_setting('server_version') AS text";
            rows::query_text(&url, version).await.concat()
        }
        Err(_) => "none".to_owned(),
    };
    println!(
        "{}, {} virtual cores, {} GB of memory, Linux {}; PostgreSQL {postgres}; {}, commit {}, `cargo xtask bench {}`.",
        line_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned()),
        cores(),
        memory_of_machine(),
        std::fs::read_to_string("/proc/sys/kernel/osrelease")
            .unwrap_or_default()
            .trim(),
        day.strftime("%Y-%m-%d"),
        commit(),
        arguments.join(" "),
    );
    println!();
}

/// Returns the value after the colon of a line of a file.
fn line_of(path: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Returns the number of cores of the machine; this thread may use fewer.
fn cores() -> usize {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let is_core = |line: &&str| line.starts_with("processor");
    text.lines().filter(is_core).count()
}

/// Returns the memory of the machine in gigabytes (10⁹ bytes).
fn memory_of_machine() -> u64 {
    let kibibytes = line_of("/proc/meminfo", "MemTotal");
    let kibibytes = kibibytes.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    kibibytes.unwrap_or_default() * 1024 / 1_000_000_000
}

fn commit() -> String {
    let mut git = Command::new("git");
    let output = git.args(["describe", "--always", "--dirty"]).output();
    let output = output.ok().filter(|output| output.status.success());
    let name = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    name.unwrap_or_else(|| "unknown".to_owned())
}

fn print_costs(servers: &[Measured], options: &Options) {
    println!(
        "{} users; {PARALLEL} requests at a time; {} requests of a client, a third as many code cycles, a tenth as \
         many sign-ins, after half as many that are not counted.",
        options.users, options.requests
    );
    println!();
    println!(
        "| operation | on | a second for each virtual core | CPU µs | database CPU µs (share) | p50 ms | p95 ms | p99 ms |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|--:|");
    for operation in Operation::ALL {
        for server in servers {
            let found = server.costs.iter().find(|(of, _)| *of == operation);
            if let Some((_, cost)) = found {
                println!("{}", row(operation, &server.name, cost));
            }
        }
    }
    println!();
}

fn row(operation: Operation, name: &str, cost: &Cost) -> String {
    let own = cost.run.cost();
    let database = cost.database.map_or_else(dash, |seconds| {
        let each = seconds / cost.run.latencies.len() as f64;
        format!("{:.0} ({:.0} %)", each * 1e6, each / (each + own) * 100.0)
    });
    let milliseconds = |share| cost.run.percentile(share).as_secs_f64() * 1e3;
    format!(
        "| {} | {name} | {:.0} | {:.0} | {database} | {:.1} | {:.1} | {:.1} |",
        operation.name(),
        1.0 / own,
        own * 1e6,
        milliseconds(0.50),
        milliseconds(0.95),
        milliseconds(0.99)
    )
}

/// Prints the requests a second for each virtual core of all servers beside each other.
fn print_comparison(servers: &[Measured]) {
    let names: Vec<_> = servers.iter().map(|server| server.name.as_str()).collect();
    println!("| a second for each virtual core | {} |", names.join(" | "));
    println!("|---|{}", "--:|".repeat(servers.len()));
    for operation in Operation::ALL {
        let cells = servers.iter().map(|server| {
            let found = server.costs.iter().find(|(of, _)| *of == operation);
            found.map_or_else(dash, |(_, cost)| format!("{:.0}", 1.0 / cost.run.cost()))
        });
        let cells: Vec<_> = cells.collect();
        println!("| {} | {} |", operation.name(), cells.join(" | "));
    }
    println!();
}

fn print_memory(servers: &[Measured]) {
    println!("| server | memory idle, MB | after the load, MB |");
    println!("|---|--:|--:|");
    for server in servers {
        let [idle, loaded] = server.memory;
        println!("| {} | {idle:.0} | {loaded:.0} |", server.name);
    }
}

/// Returns the cell of an operation that a server does not offer, or of no database.
fn dash() -> String {
    "–".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::Run;

    fn parse(words: &str) -> Option<Options> {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        Options::parse(&words)
    }

    #[test]
    fn reads_options() {
        let options = parse("--page --requests 500 --users 7").unwrap();
        assert!(options.doorward);
        assert_eq!((options.requests, options.users), (500, 7));
        assert!(!parse("--peers --quick").unwrap().doorward);
        assert_eq!(parse("--page --requests 5"), None);
        assert_eq!(parse("--page --pages"), None);
    }

    #[test]
    fn row_has_rate_share_and_percentiles() {
        let run = Run {
            latencies: (1..=100).map(Duration::from_millis).collect(),
            elapsed: Duration::from_secs(1),
            cpu_seconds: 0.05,
        };
        let cost = Cost {
            run,
            database: Some(0.05),
        };
        assert_eq!(
            row(Operation::Refresh, "a", &cost),
            "| refresh | a | 2000 | 500 | 500 (50 %) | 51.0 | 96.0 | 100.0 |"
        );
    }

    #[test]
    fn peers_have_pinned_versions() {
        for kind in peers::Kind::ALL {
            let name = kind.name();
            let (_, version) = name.rsplit_once(' ').unwrap();
            assert!(
                version.split('.').all(|part| part.parse::<u32>().is_ok()),
                "{name}"
            );
        }
    }
}
