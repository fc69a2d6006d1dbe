//! The configuration of both servers of a stack.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use doorward_access::introspection::IntrospectionClient;
use doorward_access::signals::{Signals, SignalsClient, WhenCut};
use doorward_resource_server as resource_server;
use uuid::Uuid;

use super::{HOST, LISTENING, NO_MAIL};
use crate::backend::Storage;
use crate::seed::{self, Seed};

/// Setting for the networks that the operator's URLs may lead to.
const OPERATOR: &str = "DOORWARD__OUTGOING__ALLOWED_NETWORKS";

const HASH_MEMORY: &str = "DOORWARD__PASSWORDS__HASH_MEMORY_KIB";
/// Memory of a hash of a password in KiB, less than the configuration accepts: tests check that passwords are
/// hashed, and hashing took a sixth of the suite's time.
pub const HASH_MEMORY_KIB: u32 = 256;

/// Returns a separate secret key for each stack: the keys of rate limits depend on it, so that
/// stacks that share a Redis are counted separately.
fn secret_key() -> String {
    let halves = [(), ()].map(|()| Uuid::new_v4().into_bytes());
    STANDARD.encode(halves.concat())
}

/// Returns the configuration of an identity server with this issuer; `settings` are environment
/// names and values, in which `{port}` is the port of the issuer.
pub(super) fn configure(
    issuer: &str,
    storage: &Storage,
    settings: &[(&str, &str)],
) -> doorward_config::Config {
    let secret_key = secret_key();
    let mut environment = vec![
        ("DOORWARD_ISSUER", issuer),
        ("DOORWARD_DATABASE_URL", &storage.identity),
        ("DOORWARD_SECRET_KEY", &secret_key),
        ("DOORWARD__PASSWORDS__HASH_ITERATIONS", "1"),
        ("DOORWARD__LIMITS__MULTIPLIER", "100000"),
        ("DOORWARD__REGISTRATION__ROLES", "developer"),
        ("DOORWARD__API__DEFAULT_CLIENT", seed::APP),
        (LISTENING.0, "false"),
    ];
    if let Some(redis) = &storage.redis {
        environment.push(("DOORWARD_REDIS_URL", redis));
    }
    // A test's own servers also act as third parties, unless the test changes the setting.
    if let Some((_, networks)) = settings.iter().find(|(name, _)| *name == OPERATOR) {
        environment.push(("DOORWARD__OUTGOING__THIRD_PARTY_NETWORKS", networks));
    }
    environment.retain(|(name, _)| settings.iter().all(|(other, _)| other != name));
    let real = settings
        .iter()
        .filter(|(name, _)| *name != HOST && *name != NO_MAIL.0);
    environment.extend(real.copied());
    let port = issuer.rsplit(':').next().unwrap_or_default();
    let environment = environment
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.replace("{port}", port)));
    let loaded = doorward_config::Config::load(None, environment);
    let mut config = loaded.expect("the test configuration");
    if settings.iter().all(|(name, _)| *name != HASH_MEMORY) {
        config.passwords.hash_memory_kib = HASH_MEMORY_KIB;
    }
    // Unless the test uses a mail server, messages are stored and read by the test.
    config.capture_mail = config.mail.smtp_url.is_none() && !settings.contains(&NO_MAIL);
    config
}

/// Returns the configuration of the tasks API for this identity server; `issuer` and `tasks` are
/// their origins.
pub(super) fn configure_tasks(
    identity: &doorward_config::Config,
    storage: &Storage,
    seed: &Seed,
    (issuer, tasks): (&str, &str),
) -> resource_server::Config {
    let mut config = resource_server::Config::new(
        storage.tasks.clone(),
        issuer.to_owned(),
        seed.audience.clone(),
        tasks.to_owned(),
    );
    let web = &seed.tasks_web;
    config.web = Some(resource_server::WebClient::new(
        web.id.clone(),
        web.secret.clone(),
        tasks,
    ));
    let api = &seed.tasks_api;
    config.introspection = Some(IntrospectionClient {
        client_id: api.id.clone(),
        client_secret: api.secret.clone().unwrap_or_default(),
    });
    let signals = &identity.tasks.signals;
    config.signals = signals.enabled.then(|| {
        let client = SignalsClient {
            client_id: api.id.clone(),
            client_secret: api.secret.clone().unwrap_or_default(),
        };
        let life = u32::try_from(signals.token_life).expect("a life below a day");
        Signals::with(client, WhenCut::Continue, signals.max_age, life)
    });
    let former = &identity.former_issuers.urls;
    config.former_issuers.clone_from(former);
    config.require_dpop = identity.tasks.require_dpop;
    config.algorithms.clone_from(&identity.tasks.algorithms);
    let origins = &identity.tasks.allowed_origins;
    config.allowed_origins.clone_from(origins);
    config.mcp = true;
    config.client_cert_header = identity.mtls.by_header();
    config.trusted_proxies.clone_from(&identity.trusted_proxies);
    config.forwarded_header = identity.forwarded_header();
    config.limits_multiplier = identity.limits.multiplier;
    let time_limit = identity.limits.body_timeout.unsigned_abs();
    config.body_timeout = Duration::from_secs(time_limit);
    config.policy_dir = identity.tasks.policy_dir.as_ref().map(PathBuf::from);
    config.authzen_dir = identity.tasks.authzen_dir.as_ref().map(PathBuf::from);
    config
}
