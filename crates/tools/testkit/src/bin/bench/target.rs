//! The measured operations of a server, the same for Doorward and for the servers beside it.

use std::time::Duration;

use doorward_testkit::authorization::VERIFIER;
use doorward_testkit::process::CpuTime;
use doorward_testkit::seed::Seed;
use doorward_testkit::{Authorization, Outcome, PASSWORD, Page, TestClient, UserAgent};
use reqwest::RequestBuilder;

use crate::load::{Load, Run};

/// Number of concurrent requests: a busy server, whose queue does not decide the latencies.
pub const PARALLEL: usize = 4;
/// Number of sessions that are refreshed in turn.
const FAMILIES: usize = 50;
/// Requests of a client for each code cycle, and for each sign-in.
const CYCLE: usize = 3;
const SIGN_IN: usize = 10;
/// User with the session of the code cycles.
const USER: &str = "alice";

/// A measured operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    SignIn,
    ClientCredentials,
    NewConnections,
    Refresh,
    CodeCycle,
    Introspection,
}

impl Operation {
    pub const ALL: [Self; 6] = [
        Self::SignIn,
        Self::ClientCredentials,
        Self::NewConnections,
        Self::Refresh,
        Self::CodeCycle,
        Self::Introspection,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in with a password and its tokens, new connections",
            Self::ClientCredentials => "client-credentials token",
            Self::NewConnections => "client-credentials token, new connections",
            Self::Refresh => "refresh",
            Self::CodeCycle => "code cycle: authorization by a session, exchange",
            Self::Introspection => "introspection, each token once",
        }
    }
}

/// The cost of an operation.
pub struct Cost {
    pub run: Run,
    /// CPU seconds of the databases; `None` if the server has none beside it.
    pub database: Option<f64>,
}

/// A running server, and how its clients use it.
pub struct Target {
    /// Process of the server.
    pub process: u32,
    /// Processes of its databases; none if the database is a part of the server.
    pub databases: Vec<u32>,
    /// URLs of the endpoints.
    pub authorization: String,
    pub token: String,
    pub introspection: String,
    /// Client of the client credentials.
    pub service: TestClient,
    /// Client of the codes.
    pub web: TestClient,
    /// Client that introspects.
    pub resource_server: TestClient,
    /// Requested scope of client credentials.
    pub service_scope: Option<&'static str>,
    /// Requested scope of codes.
    pub web_scope: &'static str,
    /// Resource to name for signed access tokens (RFC 8707), where the server signs no others.
    pub resource: Option<&'static str>,
    /// Field of the sign-in form with the user name.
    pub login_field: &'static str,
    /// Number of users `user1`, `user2`, … that sign in.
    pub users: usize,
    pub operations: &'static [Operation],
}

impl Target {
    /// Describes a process of Doorward with the records of the seed.
    pub fn doorward(issuer: &str, seed: &Seed, process: u32) -> Self {
        Self {
            process,
            databases: Vec::new(),
            authorization: format!("{issuer}/oauth2/authorize"),
            token: format!("{issuer}/oauth2/token"),
            introspection: format!("{issuer}/oauth2/introspect"),
            service: seed.service.clone(),
            web: seed.trusted.clone(),
            resource_server: seed.tasks_api.clone(),
            service_scope: Some("tasks:read"),
            web_scope: "openid offline_access tasks:read",
            resource: None,
            login_field: "identifier",
            users: 0,
            operations: &Operation::ALL,
        }
    }

    /// Measures an operation with this number of requests; fewer where one costs more. Half as many
    /// before them open connections, fill caches and let a virtual machine compile.
    pub async fn measure(&self, operation: Operation, requests: usize) -> Cost {
        let count = match operation {
            Operation::SignIn => requests.div_ceil(SIGN_IN),
            Operation::CodeCycle => requests.div_ceil(CYCLE),
            _ => requests,
        };
        let warm = count.div_ceil(2);
        let load = match operation {
            Operation::SignIn | Operation::NewConnections => new_connections(),
            _ => kept_connections(),
        };
        match operation {
            Operation::SignIn => {
                self.sign_ins(&load, 0, warm).await;
                self.metered(self.sign_ins(&load, warm, count)).await
            }
            Operation::ClientCredentials | Operation::NewConnections => {
                self.client_credentials(&load, warm).await;
                self.metered(async { self.client_credentials(&load, count).await.0 })
                    .await
            }
            Operation::Refresh => {
                let browser = self.browser().await;
                let tokens = self.cycles(&load, &browser, FAMILIES).await.1;
                let (_, tokens) = self.refresh(&load, tokens, warm).await;
                self.metered(async { self.refresh(&load, tokens, count).await.0 })
                    .await
            }
            Operation::CodeCycle => {
                let browser = self.browser().await;
                self.cycles(&load, &browser, warm).await;
                self.metered(async { self.cycles(&load, &browser, count).await.0 })
                    .await
            }
            Operation::Introspection => {
                let tokens = self.tokens_to_introspect(&load, warm).await;
                self.introspect(&load, &tokens).await;
                let tokens = self.tokens_to_introspect(&load, count).await;
                self.metered(self.introspect(&load, &tokens)).await
            }
        }
    }

    /// Runs requests and measures the CPU seconds of the server and of its databases.
    async fn metered(&self, run: impl Future<Output = Run>) -> Cost {
        let of_databases = || -> Vec<CpuTime> {
            let databases = self.databases.iter();
            databases
                .map(|process| CpuTime::of_tree(*process))
                .collect()
        };
        let before = (CpuTime::of_tree(self.process), of_databases());
        let mut run = Box::pin(run).await;
        // The servers may still work shortly after the last response.
        tokio::time::sleep(Duration::from_millis(20)).await;
        run.cpu_seconds = CpuTime::of_tree(self.process).since(before.0);
        let after = of_databases().into_iter().zip(before.1);
        let seconds = after.map(|(after, before)| after.since(before)).sum();
        Cost {
            run,
            database: (!self.databases.is_empty()).then_some(seconds),
        }
    }

    /// Returns a browser with a session.
    pub async fn browser(&self) -> UserAgent {
        let agent = UserAgent::accepting_any_certificate();
        Box::pin(self.code(&agent, USER)).await;
        agent
    }

    /// Gets a code, with the password where the server asks for it.
    async fn code(&self, agent: &UserAgent, user: &str) -> String {
        let request = Authorization::at(self.authorization.clone(), &self.web);
        let mut request = request.with("scope", self.web_scope);
        if let Some(resource) = self.resource {
            request = request.with("resource", resource);
        }
        let outcome = match request.start(agent).await {
            Outcome::Page(page) => {
                let form = page.form("form:has([name=password])");
                let form = form.with(self.login_field, user);
                let answer = agent.submit(&form.with("password", PASSWORD)).await;
                request.follow(agent, answer).await
            }
            client @ Outcome::Client(_) => client,
        };
        outcome.code()
    }

    fn request_of_token(
        &self,
        load: &Load,
        client: &TestClient,
        fields: &[(&str, &str)],
    ) -> RequestBuilder {
        let mut fields = fields.to_vec();
        fields.extend(self.resource.map(|resource| ("resource", resource)));
        client.request(load.http(), &self.token, &fields)
    }

    /// Exchanges a code and returns the refresh token.
    async fn exchange(&self, load: &Load, code: &str) -> String {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.web.redirect_uri.as_str()),
            ("code_verifier", VERIFIER),
        ];
        let request = self.request_of_token(load, &self.web, &fields);
        let page = load.agent().send(request).await;
        member(&page, "refresh_token")
    }

    /// Signs in users with consecutive numbers, each in a new browser, and gets their tokens.
    async fn sign_ins(&self, load: &Load, first: usize, count: usize) -> Run {
        let browser = UserAgent::restless_accepting_any_certificate;
        let numbers = first..first + count;
        let browsers: Vec<_> = numbers
            .map(|number| (browser(), self.user(number)))
            .collect();
        let works = browsers.iter().map(|(agent, user)| async move {
            let code = self.code(agent, user).await;
            self.exchange(load, &code).await
        });
        load.run(works).await.0
    }

    fn user(&self, number: usize) -> String {
        // The steps between them are longer than a page of the table.
        match self.users {
            0 => USER.to_owned(),
            users => format!("user{}", number * 7919 % users + 1),
        }
    }

    /// Gets a code by the session of the browser and exchanges it, repeatedly. Returns the refresh
    /// tokens.
    pub async fn cycles(
        &self,
        load: &Load,
        browser: &UserAgent,
        count: usize,
    ) -> (Run, Vec<String>) {
        let works = (0..count).map(|_| async move {
            let code = self.code(browser, USER).await;
            self.exchange(load, &code).await
        });
        load.run(works).await
    }

    pub async fn client_credentials(&self, load: &Load, count: usize) -> (Run, Vec<Page>) {
        let mut fields = vec![("grant_type", "client_credentials")];
        fields.extend(self.service_scope.map(|scope| ("scope", scope)));
        let requests = (0..count).map(|_| self.request_of_token(load, &self.service, &fields));
        load.send(requests, 200).await
    }

    /// Refreshes these sessions in turn, `count` times in total or slightly more. Returns the next
    /// refresh tokens.
    pub async fn refresh(
        &self,
        load: &Load,
        mut tokens: Vec<String>,
        count: usize,
    ) -> (Run, Vec<String>) {
        let mut all = Run::default();
        for _ in 0..count.div_ceil(tokens.len()) {
            let requests = tokens.iter().map(|token| {
                let fields = [
                    ("grant_type", "refresh_token"),
                    ("refresh_token", token.as_str()),
                ];
                self.request_of_token(load, &self.web, &fields)
            });
            let (run, pages) = load.send(requests, 200).await;
            let next = pages.iter().map(|page| member(page, "refresh_token"));
            tokens = next.collect();
            all.add(run);
        }
        (all, tokens)
    }

    /// Returns access tokens of client credentials that the server introspects: with a resource they
    /// would be signed, and then it accepts none of them (oidc-provider).
    async fn tokens_to_introspect(&self, load: &Load, count: usize) -> Vec<String> {
        let pages = if self.resource.is_some() {
            let fields = [("grant_type", "client_credentials")];
            let requests = (0..count).map(|_| {
                let client = &self.service;
                client.request(load.http(), &self.token, &fields)
            });
            load.send(requests, 200).await.1
        } else {
            self.client_credentials(load, count).await.1
        };
        let token = |page: &Page| member(page, "access_token");
        pages.iter().map(token).collect()
    }

    async fn introspect(&self, load: &Load, tokens: &[String]) -> Run {
        let requests = tokens.iter().map(|token| {
            let client = &self.resource_server;
            client.request(
                load.http(),
                &self.introspection,
                &[("token", token.as_str())],
            )
        });
        let (run, pages) = load.send(requests, 200).await;
        let inactive = pages.iter().find(|page| page.json()["active"] != true);
        assert!(
            inactive.is_none(),
            "{}",
            inactive.map_or_else(String::new, Page::dump)
        );
        run
    }
}

/// Returns a generator that keeps its connections.
fn kept_connections() -> Load {
    Load::with(UserAgent::accepting_any_certificate(), PARALLEL)
}

/// Returns a generator with a connection for each request.
fn new_connections() -> Load {
    let agent = UserAgent::restless_accepting_any_certificate();
    Load::with(agent, PARALLEL)
}

fn member(page: &Page, name: &str) -> String {
    page.member(name)
        .unwrap_or_else(|| panic!("no {name}: {}", page.dump()))
}
