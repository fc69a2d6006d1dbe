//! A trivial handler, public and guarded, in a separate process.

use std::process::Command;

use actix_web::{App, HttpServer, web};
use doorward_access::Access;
use doorward_access::guard::{Allowed, RouteGuard, Routes};
use doorward_access::rbac::Requirement;
use doorward_testkit::process::Process;
use doorward_testkit::program::free_port;

use crate::load::{Load, Run, counted};
use crate::subject::Subject;

/// Argument that makes this program run the measured server.
pub const COMMAND: &str = "endpoints";

struct Read;

impl RouteGuard for Read {
    const REQUIREMENT: Requirement = Requirement::permission("tasks:read");
}

async fn open() -> &'static str {
    "hello"
}

async fn guarded(_: Allowed<Read>) -> &'static str {
    "hello"
}

/// Serves until killed; arguments: port, issuer, audience.
pub fn serve(arguments: &[String]) {
    let [port, issuer, audience] = arguments else {
        panic!("{COMMAND} PORT ISSUER AUDIENCE");
    };
    let address = format!("127.0.0.1:{port}");
    let (issuer, audience) = (issuer.clone(), audience.clone());
    actix_web::rt::System::new()
        .block_on(async move {
            let access = Access::builder(issuer, audience).build().expect("access");
            let access = web::Data::new(access);
            HttpServer::new(move || {
                let routes = Routes::new()
                    .public(actix_web::http::Method::GET, "/open", open)
                    .get("/guarded", guarded);
                App::new()
                    .app_data(access.clone())
                    .configure(|config| routes.register(config))
            })
            .workers(1)
            .bind(address)
            .expect("the port")
            .run()
            .await
        })
        .expect("serving");
}

/// The running server.
pub struct Endpoints {
    process: Process,
    origin: String,
}

/// Starts this program as the server.
pub fn start(subject: &Subject) -> Endpoints {
    let port = free_port();
    let program = std::env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command
        .arg(COMMAND)
        .arg(port.to_string())
        .args([&subject.issuer, &subject.seed.audience]);
    let process = Process::start(&mut command);
    let address = format!("127.0.0.1:{port}");
    while std::net::TcpStream::connect(&address).is_err() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    Endpoints {
        process,
        origin: format!("http://{address}"),
    }
}

impl Endpoints {
    /// Sends requests to one of the two handlers.
    pub async fn run(&self, load: &Load, path: &str, token: Option<&str>, count: usize) -> Run {
        let url = format!("{}{path}", self.origin);
        let requests = (0..count).map(|_| {
            let request = load.http().get(&url);
            match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            }
        });
        counted(&self.process, async { load.send(requests, 200).await.0 }).await
    }
}
