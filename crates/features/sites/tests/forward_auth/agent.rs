//! A browser behind a proxy, and the sites that it opens.

use doorward_domain::model::{
    Client, Permission, Resource, Role, ScopeEntry, SiteDemand, SiteFactor, SitePath, SiteRule,
    SubjectKind, UserDemand,
};
use doorward_store::repo;
use doorward_testkit::authorization::next_form;
use doorward_testkit::{Page, Stack, UserAgent, seed, sites};
use url::Url;

pub const WIKI: &str = "wiki.example.com";
pub const MAIL: &str = "mail.example.com";
pub const SHOP: &str = "shop.example.net";

pub fn below(path: &str) -> SitePath {
    SitePath::Prefix(path.to_owned())
}

/// Rules: `/public` for anyone, `/strong` with a second factor, `/admins` for a role without members, and all other
/// pages for users.
pub fn rules() -> Vec<SiteRule> {
    let factor = UserDemand {
        factor: Some(SiteFactor::SecondFactor),
        ..UserDemand::default()
    };
    let role = UserDemand {
        roles: ["nobody-has-it".to_owned()].into(),
        ..UserDemand::default()
    };
    vec![
        SiteRule::new(1, below("/public"), SiteDemand::Anyone),
        SiteRule::new(2, below("/strong"), SiteDemand::User(factor)),
        SiteRule::new(3, below("/admins"), SiteDemand::User(role)),
        SiteRule::new(4, below(""), SiteDemand::User(UserDemand::default())),
    ]
}

pub async fn create_site(stack: &Stack, name: &str, hosts: &[&str]) {
    sites::create(stack, name, hosts, rules()).await;
}

/// A browser behind a proxy: its cookies at each host, and its agent at this server.
pub struct Browser<'a> {
    pub stack: &'a Stack,
    pub agent: UserAgent,
    pub cookies: Vec<(String, String, String)>,
}

/// The headers of a browser that opens a page.
pub const NAVIGATION: [(&str, &str); 3] = [
    ("accept", "text/html"),
    ("sec-fetch-mode", "navigate"),
    ("sec-fetch-site", "same-origin"),
];

impl<'a> Browser<'a> {
    pub fn new(stack: &'a Stack) -> Self {
        Self {
            stack,
            agent: UserAgent::new(),
            cookies: Vec::new(),
        }
    }

    pub fn cookie_header(&self, host: &str) -> String {
        let own = self.cookies.iter().filter(|(at, ..)| at == host);
        let pairs: Vec<String> = own
            .map(|(_, name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Asks as a proxy about a request of this browser.
    pub async fn ask(&self, host: &str, target: &str, headers: &[(&str, &str)]) -> Page {
        let mut all = vec![
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", host),
            ("x-forwarded-method", "GET"),
            ("x-forwarded-uri", target),
            ("x-forwarded-for", "192.0.2.7"),
        ];
        let replaced = |name: &str| headers.iter().any(|(own, _)| *own == name);
        all.retain(|(name, _)| !replaced(name));
        all.extend(headers);
        let cookies = self.cookie_header(host);
        if !cookies.is_empty() && !replaced("cookie") {
            all.push(("cookie", &cookies));
        }
        send(self.stack, "/forward-auth/traefik", &all).await
    }

    pub async fn open(&self, host: &str, target: &str) -> Page {
        self.ask(host, target, &NAVIGATION).await
    }

    /// Opens a page of this server at a host, and stores its cookies.
    pub async fn visit(&mut self, url: &Url) -> Page {
        let host = url.host_str().unwrap().to_owned();
        let cookies = self.cookie_header(&host);
        let mut headers = vec![
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", host.as_str()),
            ("x-forwarded-for", "192.0.2.7"),
            ("cookie", cookies.as_str()),
        ];
        headers.extend(NAVIGATION);
        let path = &url[url::Position::BeforePath..];
        let page = send(self.stack, path, &headers).await;
        for cookie in page.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(cookie.starts_with("__Host-doorward_"), "{cookie}");
            for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
                assert!(cookie.contains(part), "{cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies
                .retain(|(at, own, _)| (at, own.as_str()) != (&host, name));
            if !value.is_empty() {
                self.cookies
                    .push((host.clone(), name.to_owned(), value.to_owned()));
            }
        }
        page
    }

    /// Follows redirects between the host and this server, and signs in as `user` when asked. Returns the last
    /// page, and the redirect to a page of the application, if there is one.
    pub async fn go(&mut self, first: &Page, user: &str) -> (Page, Option<Url>) {
        let mut next = first.location().unwrap();
        let mut url = Url::parse(&self.stack.at("/")).unwrap();
        for _ in 0..12 {
            url = url.join(next.as_str()).unwrap();
            let is_host = url.scheme() == "https";
            if is_host && !url.path().starts_with("/.doorward/") {
                let page = self
                    .ask(url.host_str().unwrap(), url.path(), &NAVIGATION)
                    .await;
                return (page, Some(url));
            }
            let mut page = if is_host {
                self.visit(&url).await
            } else {
                self.agent.get(&url).await
            };
            if !page.is_redirect()
                && let Some(form) = next_form(&page, user)
            {
                page = self.agent.submit(&form).await;
            }
            match page.location().filter(|_| page.is_redirect()) {
                Some(location) => next = location,
                None => return (page, None),
            }
        }
        panic!("too many redirects");
    }

    pub async fn sign_in(&mut self, host: &str, user: &str) {
        let first = self.open(host, "/wiki/Page?x=1").await;
        assert_eq!(first.status, 303, "{}", first.dump());
        let (page, url) = self.go(&first, user).await;
        assert_eq!(page.status, 200, "{}", page.dump());
        let url = url.unwrap();
        assert_eq!(url.as_str(), format!("https://{host}/wiki/Page?x=1"));
    }
}

pub async fn send(stack: &Stack, path: &str, headers: &[(&str, &str)]) -> Page {
    let agent = UserAgent::forgetful();
    let request = agent.http().get(stack.at(path));
    let add = |request: reqwest::RequestBuilder, (name, value): &(&str, &str)| {
        request.header(*name, *value)
    };
    agent.send(headers.iter().fold(request, add)).await
}

/// Registers the origin of the wiki as a resource, with a permission of alice.
pub async fn register_resource(stack: &Stack) {
    let db = stack.db().await;
    let alice = repo::users::find_by_identifier(db.read(), "alice").await;
    let alice = alice.unwrap().unwrap().id.to_string();
    let audience = format!("https://{WIKI}");
    let tx = db.begin_write().await.unwrap();
    let resource = Resource::new(audience.clone(), "Wiki".to_owned(), 0);
    repo::resources::upsert(&tx, &resource).await.unwrap();
    let scope = ScopeEntry {
        name: "wiki:read".to_owned(),
        description: "Read the wiki".to_owned(),
        audience: Some(audience.clone()),
        created_at: 0,
    };
    repo::scopes::upsert(&tx, &scope).await.unwrap();
    let permission = Permission {
        codename: "wiki:read".to_owned(),
        description: String::new(),
        audience,
    };
    repo::roles::upsert_permission(&tx, &permission)
        .await
        .unwrap();
    let role = Role {
        name: "reader".to_owned(),
        description: String::new(),
        active: true,
        permissions: ["wiki:read".to_owned()].into(),
    };
    repo::roles::upsert(&tx, &role).await.unwrap();
    seed::assign(&tx, SubjectKind::User, &alice, "reader", 0).await;
    tx.commit().await.unwrap();
    let client = &stack.seed.trusted.id;
    let allow = |client: &mut Client| {
        client.scopes.insert("wiki:read");
    };
    stack.change_client(client, allow).await;
}
