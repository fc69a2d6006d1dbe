//! Three sites on two domains behind nginx, in Chromium: one sign-in opens all, and one sign-out ends all.

use std::time::{Duration, Instant};

use doorward_domain::model::{SiteDemand, SitePath, SiteRule, UserDemand};
use doorward_sites::proxy_config::{self, Values, print};
use doorward_testkit::browser::{Browser, JavaScript};
use doorward_testkit::program::free_port;
use doorward_testkit::proxy::{Proxy, Recipe};
use doorward_testkit::{Backend, Stack, sites, stack};
use url::Url;

use crate::steps::sign_in;

const TRUSTED: &[(&str, &str)] = &[("DOORWARD__FORWARD_AUTH__PROXIES", "127.0.0.1/32")];
/// Names that every browser resolves to this machine.
const HOSTS: [&str; 3] = [
    "wiki.one.localhost",
    "mail.one.localhost",
    "shop.two.localhost",
];
/// Maximum time until a sign-out has reached the other sites.
const LIMIT: Duration = Duration::from_secs(2);

#[test]
fn one_sign_in_opens_three_sites_and_sign_out_ends_all() {
    stack::run_with(Backend::SqliteMemory, TRUSTED, async |stack: &Stack| {
        let browser = Browser::start(JavaScript::On).await;
        browser.accept_any_certificate().await;
        let proxy = start(stack).await;
        let at = |host: &str, path: &str| format!("https://{host}:{}{path}", proxy.port);
        browser.open(at(HOSTS[0], "/page?a=b")).await;
        sign_in(&browser, "alice").await;
        let arrived = browser
            .wait_for_url("the wiki", |url| url.path() == "/page")
            .await;
        assert_eq!(arrived.as_str(), at(HOSTS[0], "/page?a=b"));
        assert_eq!(browser.text("#user").await, "alice", "{}", proxy.log());
        for host in &HOSTS[1..] {
            browser.open(at(host, "/")).await;
            assert_eq!(browser.text("#user").await, "alice", "{host}");
            assert_eq!(browser.url().await.host_str(), Some(*host));
        }
        // A link of the application: its page is of the same origin.
        browser.open(at(HOSTS[2], "/")).await;
        browser.click("#sign-out").await;
        let issuer = Url::parse(stack.issuer()).unwrap();
        let is_issuer = |url: &Url| url.origin() == issuer.origin();
        browser.wait_for_url("the sign-out", is_issuer).await;
        let started = Instant::now();
        for host in HOSTS {
            browser.open(at(host, "/")).await;
            let url = browser.url().await;
            assert!(is_issuer(&url) && url.path() == "/login", "{host}: {url}");
        }
        assert!(started.elapsed() < LIMIT, "{:?}", started.elapsed());
    });
}

/// Starts nginx with the printed configurations of three sites, and with an application that shows the user.
async fn start(stack: &Stack) -> Proxy {
    let recipe = Recipe::new("CONFIGURATION", HOSTS[0]);
    let (port, application) = (recipe.port(), free_port());
    let issuer = Url::parse(stack.issuer()).unwrap();
    let upstream = Url::parse(&format!("http://127.0.0.1:{application}")).unwrap();
    let page =
        "<p id=user>$http_remote_user</p><a id=sign-out href=/.doorward/sign-out>Sign out</a>";
    let mut text = format!(
        "pid DIR/nginx.pid;\nevents {{}}\nhttp {{\naccess_log off;\ndefault_type text/html;\n\
         server {{ listen 127.0.0.1:{application}; location / {{ return 200 \"{page}\"; }} }}\n"
    );
    for host in HOSTS {
        let authority = format!("{host}:{port}");
        let name = host.split('.').next().unwrap_or_default();
        let site = sites::create(stack, name, &[&authority], vec![users()]).await;
        let values = Values {
            site: &site,
            issuer: &issuer,
            server: &issuer,
            has_secret: false,
            upstream: &upstream,
        };
        let printed = print(proxy_config::Proxy::Nginx, values).unwrap();
        let printed = printed
            .replace(&format!("listen {port} ssl"), "listen 127.0.0.1:PORT ssl")
            .replace(&format!("/etc/nginx/tls/{name}.pem"), "DIR/tls.pem")
            .replace(&format!("/etc/nginx/tls/{name}.key"), "DIR/tls.key");
        text.push_str(&printed);
    }
    text.push_str("}\n");
    recipe.replace("CONFIGURATION", &text).nginx()
}

fn users() -> SiteRule {
    let everywhere = SitePath::Prefix(String::new());
    SiteRule::new(1, everywhere, SiteDemand::User(UserDemand::default()))
}
