//! Connections to the servers of a directory: TLS with a checked host name, to a checked address, with a
//! time for each step. Referrals are not followed.

use std::time::Duration;

use doorward_egress::outgoing::EgressClient;
use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Scope, SearchEntry,
    SearchOptions, SearchStream, StdStream,
};
use native_tls::{Certificate, Protocol, TlsConnector};

use crate::entry::Entry;
use crate::settings::{Directory, Server};

/// Time to connect to a server, so that the next one answers soon.
const CONNECT: Duration = Duration::from_secs(2);
/// Number of entries in a page.
pub const PAGE: usize = 500;
/// Result code of a search that has more entries than allowed.
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const NO_SUCH_OBJECT: u32 = 32;
const INVALID_CREDENTIALS: u32 = 49;

/// A directory that could not be asked. For the log and the operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unanswered(pub String);

impl std::fmt::Display for Unanswered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<LdapError> for Unanswered {
    fn from(error: LdapError) -> Self {
        Self(error.to_string())
    }
}

type Result<T> = std::result::Result<T, Unanswered>;

/// The result of a bind as a user.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Bound {
    Yes,
    /// Result code and diagnostic message.
    No(u32, String),
}

/// A connection to one server.
pub struct Connection<'a> {
    ldap: Ldap,
    directory: &'a Directory,
    pub server: &'a Server,
}

/// Connects to the first server that answers, and binds as the account that searches.
///
/// # Errors
/// Lists the failure of each server.
pub async fn open<'a>(http: &EgressClient, directory: &'a Directory) -> Result<Connection<'a>> {
    let mut failures = Vec::new();
    for (at, server) in directory.in_order() {
        match open_at(http, directory, server).await {
            Ok(connection) => {
                directory.note(at, true);
                return Ok(connection);
            }
            Err(failure) => {
                directory.note(at, false);
                tracing::warn!(directory = directory.name, server = %server.url, %failure, "a directory server did not answer");
                failures.push(format!("{}: {failure}", server.url));
            }
        }
    }
    Err(Unanswered(failures.join("; ")))
}

/// Connects to one server, and binds as the account that searches.
///
/// # Errors
/// Describes the failure.
pub async fn open_at<'a>(
    http: &EgressClient,
    directory: &'a Directory,
    server: &'a Server,
) -> Result<Connection<'a>> {
    let limit = directory.timeout;
    let opening = async {
        let stream = http.connect(&server.host, server.port, CONNECT.min(limit));
        let stream = stream
            .await
            .map_err(|error| Unanswered(error.to_string()))?;
        let stream = stream.into_std();
        let stream = stream.map_err(|error| Unanswered(error.to_string()))?;
        let settings = LdapConnSettings::new()
            .set_conn_timeout(limit)
            .set_connector(connector(directory)?)
            .set_starttls(server.starts_tls)
            .set_std_stream(StdStream::Tcp(stream));
        let (connection, ldap) =
            LdapConnAsync::from_url_with_settings(settings, &server.url).await?;
        tokio::spawn(async move {
            // The next operation reports a lost connection.
            let _ = connection.drive().await;
        });
        let mut connection = Connection {
            ldap,
            directory,
            server,
        };
        connection.bind_to_search().await?;
        Ok::<_, Unanswered>(connection)
    };
    match tokio::time::timeout(limit, opening).await {
        Ok(opened) => opened,
        Err(_) => Err(Unanswered("no answer in time".to_owned())),
    }
}

/// Returns the TLS settings: TLS 1.2 or newer, the host name is checked.
fn connector(directory: &Directory) -> Result<TlsConnector> {
    if let Some(kept) = directory.connector.get() {
        return Ok(kept.clone());
    }
    let unusable = |error: native_tls::Error| Unanswered(format!("ca: {error}"));
    let mut builder = TlsConnector::builder();
    builder.min_protocol_version(Some(Protocol::Tlsv12));
    if let Some(pem) = &directory.authorities {
        builder.disable_built_in_roots(true);
        let all = Certificate::stack_from_pem(pem).map_err(unusable)?;
        if all.is_empty() {
            return Err(Unanswered("ca: the file has no certificate".to_owned()));
        }
        for authority in all {
            builder.add_root_certificate(authority);
        }
    }
    let connector = builder.build().map_err(unusable)?;
    // Only with the authorities of the file: those of the system may change, or could not be read.
    if directory.authorities.is_some() {
        let _ = directory.connector.set(connector.clone());
    }
    Ok(connector)
}

impl Connection<'_> {
    /// Binds as the account that searches, or anonymously.
    pub async fn bind_to_search(&mut self) -> Result<()> {
        let binding = self.directory.binding.as_ref();
        let (dn, password) = binding.map_or(("", ""), |binding| {
            (binding.dn.as_str(), binding.password.as_str())
        });
        let bound = self.limited().simple_bind(dn, password).await?;
        match bound.rc {
            0 => Ok(()),
            INVALID_CREDENTIALS => Err(Unanswered(format!(
                "bind_dn and its password were not accepted: {}",
                bound.text
            ))),
            _ => Err(failure(&bound)),
        }
    }

    /// Binds as a user. An empty password is not sent: the bind would be one without a user, which
    /// succeeds (RFC 4513 §5.1.2).
    pub async fn bind_as(&mut self, dn: &str, password: &str) -> Result<Bound> {
        if dn.is_empty() || password.is_empty() {
            return Ok(Bound::No(INVALID_CREDENTIALS, String::new()));
        }
        let bound = self.limited().simple_bind(dn, password).await?;
        match bound.rc {
            0 => Ok(Bound::Yes),
            // Invalid credentials, and what a policy rejects: size of the password, lock, time.
            19 | 32 | 48 | 49 | 50 | 53 => Ok(Bound::No(bound.rc, bound.text)),
            _ => Err(failure(&bound)),
        }
    }

    /// Returns up to `max` entries. An absent base has none.
    pub async fn search(
        &mut self,
        base: &str,
        scope: Scope,
        filter: &str,
        attributes: &[String],
        max: i32,
    ) -> Result<Vec<Entry>> {
        let options = SearchOptions::new().sizelimit(max);
        self.limited().with_search_options(options);
        let found = self
            .ldap
            .search(base, scope, filter, attributes.to_vec())
            .await?;
        let result = &found.1;
        match result.rc {
            0 | SIZE_LIMIT_EXCEEDED => {}
            NO_SUCH_OBJECT => return Ok(Vec::new()),
            _ => return Err(failure(result)),
        }
        let entries = found.0.into_iter();
        let entries = entries.filter(|entry| !entry.is_ref() && !entry.is_intermediate());
        Ok(entries
            .map(|entry| SearchEntry::construct(entry).into())
            .collect())
    }

    /// Begins a search in pages.
    pub async fn pages(
        &mut self,
        base: &str,
        filter: &str,
        attributes: Vec<String>,
    ) -> Result<Pages> {
        let size = i32::try_from(PAGE).unwrap_or(i32::MAX);
        let adapters: Vec<Box<dyn Adapter<'static, String, Vec<String>>>> = vec![
            Box::new(EntriesOnly::new()),
            Box::new(PagedResults::new(size)),
        ];
        let stream = self
            .limited()
            .streaming_search_with(adapters, base, Scope::Subtree, filter, attributes)
            .await?;
        Ok(Pages(stream))
    }

    fn limited(&mut self) -> &mut Ldap {
        self.ldap.with_timeout(self.directory.timeout)
    }
}

/// The pages of a search.
pub struct Pages(SearchStream<'static, String, Vec<String>>);

impl Pages {
    /// Returns the next entries; none at the end.
    pub async fn next(&mut self) -> Result<Vec<Entry>> {
        let mut entries = Vec::new();
        while entries.len() < PAGE {
            let Some(entry) = self.0.next().await? else {
                let result = self.0.finish().await;
                if !matches!(result.rc, 0 | 80) {
                    return Err(failure(&result));
                }
                break;
            };
            entries.push(SearchEntry::construct(entry).into());
        }
        Ok(entries)
    }
}

fn failure(result: &LdapResult) -> Unanswered {
    let LdapResult { rc, text, .. } = result;
    Unanswered(match (*rc, text.as_str()) {
        (10, _) => "the server refers to another one, which is not followed".to_owned(),
        (_, "") => format!("result code {rc}"),
        (_, text) => format!("result code {rc}: {text}"),
    })
}

#[cfg(test)]
mod tests;
