//! The primary of a Redis that Sentinels watch.

use std::sync::Arc;

use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{Client, ConnectionAddr, ErrorKind, IntoConnectionInfo as _, RedisError, TlsMode};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use url::{Host, Url};

/// Parameters of the address.
const SENTINELS: &str = "sentinels";
const SENTINEL_PASSWORD: &str = "sentinel_password";

/// Default port of a Sentinel.
const PORT: u16 = 26379;

/// The Redis of an address.
pub(super) enum Primary {
    At(Box<Client>),
    /// Each Sentinel with the name of the primary. They are asked at the same time, so that a frozen
    /// one delays nothing.
    KnownBy(Vec<Arc<Mutex<SentinelClient>>>),
}

impl Primary {
    /// Reads `redis://:password@NAME/0?sentinels=HOST:26379,HOST:26379`, or the address of one Redis.
    pub(super) fn parse(address: &str) -> Result<Self, RedisError> {
        let mut url = Url::parse(address).map_err(|_| unusable())?;
        let (mut sentinels, mut password) = (None, None);
        for (name, value) in url.query_pairs() {
            match name.as_ref() {
                SENTINELS => sentinels = Some(value.into_owned()),
                SENTINEL_PASSWORD => password = Some(value.into_owned()),
                _ => {}
            }
        }
        let Some(sentinels) = sentinels else {
            return Client::open(address).map(|client| Self::At(Box::new(client)));
        };
        url.set_query(None);
        let clients = sentinels.split(',').map(|sentinel| {
            let client = client(&url, sentinel, password.as_deref())?;
            Ok(Arc::new(Mutex::new(client)))
        });
        clients
            .collect::<Result<_, RedisError>>()
            .map(Self::KnownBy)
    }

    /// Returns a client of the current primary, by the first Sentinel that knows it.
    pub(super) async fn client(&self) -> Result<Client, RedisError> {
        let sentinels = match self {
            Self::At(client) => return Ok(Client::clone(client)),
            Self::KnownBy(sentinels) => sentinels,
        };
        let mut questions = JoinSet::new();
        for sentinel in sentinels {
            let sentinel = Arc::clone(sentinel);
            questions.spawn(async move { sentinel.lock().await.async_get_client().await });
        }
        let mut problem = unusable();
        while let Some(answered) = questions.join_next().await {
            match answered {
                Ok(Ok(client)) => return Ok(client),
                Ok(Err(error)) => problem = error,
                Err(_) => {}
            }
        }
        Err(problem)
    }
}

/// Returns the client of one Sentinel. User, password, number and TLS of `url` are those of the primary.
fn client(url: &Url, sentinel: &str, password: Option<&str>) -> Result<SentinelClient, RedisError> {
    let info = url.as_str().into_connection_info()?;
    let (name, is_tls) = match info.addr() {
        ConnectionAddr::Tcp(name, _) => (name, false),
        ConnectionAddr::TcpTls { host, .. } => (host, true),
        _ => return Err(unusable()),
    };
    let sentinel = address(sentinel, is_tls).ok_or_else(unusable)?;
    let primary = info.redis_settings();
    let mut builder = SentinelClientBuilder::new([sentinel], name, SentinelServerType::Master)?
        .set_client_to_redis_db(primary.db());
    if is_tls {
        builder = builder.set_client_to_redis_tls_mode(TlsMode::Secure);
    }
    if let Some(user) = primary.username() {
        builder = builder.set_client_to_redis_username(user);
    }
    if let Some(secret) = primary.password() {
        builder = builder.set_client_to_redis_password(secret);
    }
    if let Some(secret) = password {
        builder = builder.set_client_to_sentinel_password(secret);
    }
    builder.build()
}

fn address(sentinel: &str, is_tls: bool) -> Option<ConnectionAddr> {
    let url = Url::parse(&format!("redis://{sentinel}")).ok()?;
    let host = match url.host()? {
        Host::Domain("") => return None,
        Host::Domain(name) => name.to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    let port = url.port().unwrap_or(PORT);
    Some(if is_tls {
        ConnectionAddr::TcpTls {
            host,
            port,
            insecure: false,
            tls_params: None,
        }
    } else {
        ConnectionAddr::Tcp(host, port)
    })
}

fn unusable() -> RedisError {
    RedisError::from((
        ErrorKind::InvalidClientConfig,
        "the Redis address is not usable",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentinels_are_read_from_the_address() {
        for (address, expected) in [
            ("redis://127.0.0.1:6379/0", Some(0)),
            ("rediss://:secret@cache.example/1", Some(0)),
            ("redis://:secret@main/1?sentinels=a,b:1,[::1]:2", Some(3)),
            ("rediss://main?sentinels=a&sentinel_password=s", Some(1)),
            ("redis://main?sentinels=", None),
            ("redis://main?sentinels=a,,b", None),
            ("http://main?sentinels=a", None),
        ] {
            let count = Primary::parse(address).ok().map(|primary| match primary {
                Primary::At(_) => 0,
                Primary::KnownBy(sentinels) => sentinels.len(),
            });
            assert_eq!(count, expected, "{address}");
        }
        let default = super::address("sentinel.example", false);
        let expected = ConnectionAddr::Tcp("sentinel.example".to_owned(), PORT);
        assert_eq!(default, Some(expected));
    }
}
