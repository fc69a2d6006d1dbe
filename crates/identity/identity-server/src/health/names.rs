//! Resolution of the names of the configuration.

use std::collections::BTreeSet;

use doorward_egress::outgoing::{Resolver, is_temporary};
use futures_util::future::join_all;
use tokio::sync::Mutex;
use url::{Host, Url};

use crate::prelude::*;

/// Time for which a good and a bad result are reused.
const EVERY: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(1));
/// Maximum duration of a look-up.
const PATIENCE: Duration = Duration::from_secs(1);

/// The names, and the last look-up of them.
#[derive(Debug)]
pub(super) struct Names {
    hosts: BTreeSet<String>,
    resolver: Arc<dyn Resolver>,
    last: Mutex<Option<(Instant, bool)>>,
}

impl Names {
    pub(super) fn new(config: &Config, resolver: Arc<dyn Resolver>) -> Self {
        Self {
            hosts: hosts(config),
            resolver,
            last: Mutex::default(),
        }
    }

    /// Returns false if the name service answers for none of the names. That a name does not exist is an
    /// answer.
    pub(super) async fn are_answered(&self) -> bool {
        let mut last = self.last.lock().await;
        if let Some((at, is_good)) = *last
            && at.elapsed() < (if is_good { EVERY.0 } else { EVERY.1 })
        {
            return is_good;
        }
        let asked = join_all(self.hosts.iter().map(|name| self.is_answered(name))).await;
        let is_good = asked.is_empty() || asked.contains(&true);
        if last.is_none_or(|(_, was_good)| was_good) != is_good {
            if is_good {
                tracing::info!("names are resolved again");
            } else {
                tracing::error!("no name can be resolved: check the name server of this machine");
            }
        }
        *last = Some((Instant::now(), is_good));
        is_good
    }

    async fn is_answered(&self, name: &str) -> bool {
        let (resolver, name) = (Arc::clone(&self.resolver), name.to_owned());
        // A task, because a look-up panics if the system has no thread for it.
        let asking = tokio::spawn(async move { resolver.lookup(&name).await });
        match tokio::time::timeout(PATIENCE, asking).await {
            Ok(Ok(Err(error))) => !is_temporary(&error),
            Ok(Ok(Ok(_))) => true,
            Ok(Err(_)) | Err(_) => false,
        }
    }
}

/// Returns the names of the issuer, the database, Redis and the mail server.
fn hosts(config: &Config) -> BTreeSet<String> {
    let urls = [
        Some(config.issuer.as_str()),
        Some(config.database.url.expose()),
        config.redis.url.as_ref().map(SecretText::expose),
        config.mail.smtp_url.as_ref().map(SecretText::expose),
    ];
    let found = urls.into_iter().flatten().filter_map(|text| {
        // SQLite's URL names a file.
        let url = Url::parse(text)
            .ok()
            .filter(|url| url.scheme() != "sqlite")?;
        match url.host()? {
            // The host of another scheme is not classified.
            Host::Domain(name) if name.parse::<std::net::IpAddr>().is_err() => {
                Some(name.to_owned())
            }
            _ => None,
        }
    });
    found
        .filter(|name| !name.is_empty() && name != "localhost")
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;

    #[derive(Debug)]
    struct Answers(&'static str);

    #[async_trait::async_trait]
    impl Resolver for Answers {
        async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
            match self.0 {
                "hangs" => std::future::pending().await,
                "panics" => panic!("OS can't spawn worker thread"),
                "mail only" if host.starts_with("mail") => Ok(vec![Ipv4Addr::LOCALHOST.into()]),
                "mail only" => Err(io::Error::other("Temporary failure in name resolution")),
                text => Err(io::Error::other(text)),
            }
        }
    }

    fn config() -> Config {
        let mut config = Config::defaults().unwrap();
        config.issuer = "https://id.example.com".to_owned();
        config.mail.smtp_url = Some(SecretText::new("smtp://user:secret@mail.example.com:587"));
        config.redis.url = Some(SecretText::new("redis://127.0.0.1:6379/0"));
        config
    }

    #[test]
    fn names_of_configuration_are_asked() {
        let found: Vec<_> = hosts(&config()).into_iter().collect();
        assert_eq!(found, ["id.example.com", "mail.example.com"]);
        let mut local = config();
        local.issuer = "http://localhost:8400".to_owned();
        local.mail.smtp_url = None;
        assert_eq!(hosts(&local), BTreeSet::new());
    }

    #[actix_web::test]
    async fn only_missing_answer_is_an_outage() {
        for (answers, expected) in [
            (
                "failed to lookup address information: Temporary failure in name resolution",
                false,
            ),
            ("Try again", false),
            (
                "failed to lookup address information: Name or service not known",
                true,
            ),
            ("No address associated with hostname", true),
            ("mail only", true),
            ("hangs", false),
            ("panics", false),
        ] {
            let names = Names::new(&config(), Arc::new(Answers(answers)));
            assert_eq!(names.are_answered().await, expected, "{answers}");
        }
    }
}
