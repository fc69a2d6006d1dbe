//! Requests to a site, about which a proxy asks.

use doorward_testkit::program::Program;
use doorward_testkit::{Page, UserAgent};
use reqwest::RequestBuilder;
use url::Position;

/// Setting that trusts the load as a proxy.
pub const TRUSTED: (&str, &str) = ("DOORWARD__FORWARD_AUTH__PROXIES", "127.0.0.1/32");

/// A host of the site, with the cookie of a signed-in user there.
pub struct SiteHost {
    name: String,
    cookie: String,
}

/// Creates a site, and signs the user in at this number of its hosts.
pub async fn sign_in(program: &Program, person: &UserAgent, count: usize) -> Vec<SiteHost> {
    let arguments = [
        "site",
        "create",
        "bench",
        "--host",
        "*.bench.example",
        "--rule",
        "/* user",
    ];
    let created = program.run_command(&arguments).await;
    assert!(created.status.success(), "{created:?}");
    let mut hosts = Vec::new();
    for number in 0..count {
        hosts.push(sign_in_at(program, person, format!("h{number}.bench.example")).await);
    }
    hosts
}

async fn sign_in_at(program: &Program, person: &UserAgent, name: String) -> SiteHost {
    let agent = UserAgent::forgetful();
    let mut host = SiteHost {
        name,
        cookie: String::new(),
    };
    let start = agent.http().get(program.at("/.doorward/start?to=/"));
    let page = agent.send(host.described(start)).await;
    host.cookie = cookie(&page);
    let page = person.get(page.location().expect("a redirect")).await;
    let callback = page.location().expect("the callback");
    let callback = agent
        .http()
        .get(program.at(&callback[Position::BeforePath..]));
    let page = agent.send(host.described(callback)).await;
    host.cookie = cookie(&page);
    host
}

fn cookie(page: &Page) -> String {
    let set = page.header("set-cookie").expect("a cookie");
    set.split(';').next().unwrap_or_default().to_owned()
}

impl SiteHost {
    /// Adds the description of a request to this host.
    pub fn described(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-host", &self.name)
            .header("x-forwarded-method", "GET")
            .header("x-forwarded-uri", "/page")
            .header("x-forwarded-for", "192.0.2.7")
            .header("cookie", &self.cookie)
    }
}
