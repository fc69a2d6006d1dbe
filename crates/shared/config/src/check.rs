//! Checks of `serve` and `tasks`: settings that are unsafe or contradict each other.

use std::path::Path;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use doorward_protocol::setting_url;
use url::Url;

use super::address::{is_loopback, is_too_wide, sqlite_path};
use super::settings::Config;
use super::{Finding, Severity, key};

/// The file that marks the data directory of a development instance.
pub const DEV_MARKER: &str = ".doorward-dev";

impl Config {
    /// Returns the findings that concern `doorward serve`. Files that the values name are not read:
    /// `config_files::check_serve` does both.
    pub fn check_serve(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.check_issuer(&mut findings);
        self.check_former_issuers(&mut findings);
        self.check_proxies(&mut findings);
        self.check_outgoing(&mut findings);
        self.check_tls(&mut findings);
        self.check_mtls(&mut findings);
        self.check_metrics(&mut findings);
        self.check_client_documents(&mut findings);
        self.check_client_registration(&mut findings);
        self.check_secret_keys(&mut findings);
        self.check_algorithms(&mut findings);
        self.check_dev_data("database.url", self.database.url.expose(), &mut findings);
        self.check_lifetimes(&mut findings);
        self.check_hash_cost(&mut findings);
        self.check_accounts(&mut findings);
        self.check_limits(&mut findings);
        self.check_redis(&mut findings);
        self.check_mail(&mut findings);
        self.check_organizations(&mut findings);
        self.check_login(&mut findings);
        self.check_branding(&mut findings);
        self.check_audit_streams(&mut findings);
        self.check_forward_auth(&mut findings);
        self.check_ldap(&mut findings);
        findings
    }

    /// Returns the findings that concern `doorward tasks`.
    pub fn check_tasks(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        match self.tasks_issuer() {
            Some(issuer) => {
                let key = if self.tasks.issuer.is_some() {
                    "tasks.issuer"
                } else {
                    "issuer"
                };
                self.check_origin(key, issuer, &mut findings);
            }
            None => findings.push(self.error(
                "tasks.issuer",
                "not set",
                "write the address of the identity server: issuer = \"https://id.example.org\"",
            )),
        }
        self.check_origin("tasks.public_url", &self.tasks.public_url, &mut findings);
        if let Some(audience) = &self.tasks.audience {
            let absolute = setting_url::parse_resource(audience).is_ok();
            if !absolute {
                // RFC 8707 §2: a resource is an absolute URI without a fragment.
                findings.push(self.error(
                    "tasks.audience",
                    "not an absolute URI without a fragment",
                    "write an address such as \"https://tasks.example.org/api\"",
                ));
            }
        }
        let missing = match (
            &self.tasks.introspection_client_id,
            &self.tasks.introspection_client_secret,
        ) {
            (Some(_), None) => Some("tasks.introspection_client_secret"),
            (None, Some(_)) => Some("tasks.introspection_client_id"),
            _ => None,
        };
        if let Some(key) = missing {
            let remediation = "set both tasks.introspection_client_id and \
                          tasks.introspection_client_secret, or none of them";
            findings.push(self.error(key, "not set", remediation));
        }
        if self.tasks.web.client_secret.is_some() && self.tasks.web.client_id.is_none() {
            findings.push(self.error(
                "tasks.web.client_secret",
                "a secret without tasks.web.client_id",
                "set tasks.web.client_id as well, or remove the secret",
            ));
        }
        if self.metrics.enabled && self.tasks.metrics_listen == self.tasks.listen {
            findings.push(self.error(
                "tasks.metrics_listen",
                "the same as tasks.listen",
                "choose another port: metrics must not be public",
            ));
        }
        self.check_telemetry(&mut findings);
        self.check_tasks_rules(&mut findings);
        self.check_dev_data(
            "tasks.database_url",
            self.tasks.database_url.expose(),
            &mut findings,
        );
        findings
    }

    fn check_issuer(&self, findings: &mut Vec<Finding>) {
        if self.issuer.is_empty() {
            findings.push(self.error(
                "issuer",
                "not set",
                "write the public origin of this server: issuer = \"https://id.example.org\"",
            ));
        } else {
            self.check_origin("issuer", &self.issuer, findings);
        }
    }

    /// Checks that `text` is an origin in canonical form, because clients compare it byte by byte:
    /// scheme and host, https unless the host is loopback (RFC 9207 §2.4, OpenID Connect Discovery
    /// §4.3).
    pub(super) fn check_origin(&self, path: &'static str, text: &str, findings: &mut Vec<Finding>) {
        let url = match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "https" | "http") && url.has_host() => url,
            _ => {
                let remediation = "write an origin such as \"https://id.example.org\"";
                findings.push(self.error(path, "not an http(s) address", remediation));
                return;
            }
        };
        let mut secure = url.clone();
        if url.scheme() == "http" && !is_loopback(&url) {
            // Url keeps the port when the scheme changes between two special schemes.
            let _ = secure.set_scheme("https");
            findings.push(self.error(
                path,
                "plain http on a host that is not loopback: tokens and passwords could be read",
                &format!("write \"{}\"", secure.origin().ascii_serialization()),
            ));
            return;
        }
        let origin = url.origin().ascii_serialization();
        if text != origin {
            findings.push(self.error(
                path,
                "more than an origin, or not in its normal spelling (no path, trailing slash, \
                 query, user, default port or capital letters)",
                &format!("write \"{origin}\""),
            ));
        }
    }

    fn check_proxies(&self, findings: &mut Vec<Finding>) {
        for network in self
            .trusted_proxies
            .iter()
            .filter(|network| is_too_wide(network))
        {
            findings.push(self.error(
                "trusted_proxies",
                &format!("{network} is too wide: almost any client could forge its address"),
                "list only the proxies in front of this server, such as [\"10.0.0.7/32\"]",
            ));
        }
    }

    fn check_secret_keys(&self, findings: &mut Vec<Finding>) {
        const REMEDY: &str = "create one with `openssl rand -base64 32` and store it in a file named \
                              by DOORWARD_SECRET_KEY_FILE";
        let problem = match &self.secret_key {
            Some(key) => secret_key_problem(key.expose()),
            None => Some("not set".to_owned()),
        };
        findings.extend(problem.map(|problem| self.error("secret_key", &problem, REMEDY)));
        let mut check = |path, text: &str| {
            let remediation =
                "write the whole base64 text of each key, as in the file of secret_key";
            findings.extend(
                secret_key_problem(text).map(|problem| self.error(path, &problem, remediation)),
            );
        };
        if let Some(key) = &self.next_secret_key {
            check("next_secret_key", key.expose());
        }
        for key in self.former_secret_keys() {
            check("former_secret_keys", key);
        }
    }

    /// Rejects a development database: its accounts have a password stored in a file beside it.
    fn check_dev_data(&self, path: &'static str, url: &str, findings: &mut Vec<Finding>) {
        let Some(file) = sqlite_path(url) else { return };
        let directory = Path::new(file)
            .parent()
            .filter(|p| !p.as_os_str().is_empty());
        let directory = directory.unwrap_or_else(|| Path::new("."));
        if directory.join(DEV_MARKER).exists() {
            findings.push(self.error(
                path,
                &format!("{} belongs to `doorward dev`", directory.display()),
                "name a separate database, such as \"sqlite:///var/lib/doorward/doorward.sqlite\"",
            ));
        }
    }

    fn check_lifetimes(&self, findings: &mut Vec<Finding>) {
        let tokens = &self.tokens;
        let pairs = [
            (
                "tokens.refresh_absolute_ttl",
                tokens.refresh_absolute_ttl,
                tokens.refresh_ttl,
                "tokens.refresh_ttl",
            ),
            (
                "sessions.absolute",
                self.sessions.absolute,
                self.sessions.idle,
                "sessions.idle",
            ),
            (
                "sessions.kept_idle",
                self.sessions.kept_idle,
                self.sessions.idle,
                "sessions.idle",
            ),
            (
                "keys.rotate_after",
                self.keys.rotate_after,
                self.keys.publish_lead,
                "keys.publish_lead",
            ),
        ];
        for (long, long_value, short_value, short) in pairs {
            if long_value < short_value {
                findings.push(self.error(
                    long,
                    &format!("shorter than {short}"),
                    &format!(
                        "write at least {}",
                        super::value::duration_text(short_value)
                    ),
                ));
            }
        }
        // Twice the JWKS cache time: every cache must have a key before it signs.
        if self.keys.publish_lead < 600 {
            findings.push(self.error(
                "keys.publish_lead",
                "shorter than twice the 5 minutes for which clients keep the JWKS",
                "write at least \"10m\"",
            ));
        }
        let access = [
            ("tokens.access_ttl", tokens.access_ttl, "5m"),
            ("tokens.access_ttl_max", tokens.access_ttl_max, "1h"),
        ];
        for (path, ttl, usual) in access {
            if ttl > key::HOUR {
                findings.push(self.warned(
                    path,
                    "longer than an hour: an access token cannot be revoked before it expires",
                    &format!("write \"{usual}\"; refreshing is cheap"),
                ));
            }
        }
    }

    fn check_hash_cost(&self, findings: &mut Vec<Finding>) {
        let passwords = &self.passwords;
        // OWASP Password Storage: 47104×1, 19456×2, 12288×3, 9216×4, 7168×5; the smallest product.
        let cost = u64::from(passwords.hash_memory_kib) * u64::from(passwords.hash_iterations);
        if cost < 35_840 {
            findings.push(self.error(
                "passwords.hash_memory_kib",
                "memory times iterations is below every OWASP setting for argon2id",
                "write hash_memory_kib = 19456 with hash_iterations = 2",
            ));
        }
        if passwords.hash_memory_budget_kib < passwords.hash_memory_kib {
            findings.push(self.error(
                "passwords.hash_memory_budget_kib",
                "smaller than one hash needs",
                &format!("write at least {}", passwords.hash_memory_kib),
            ));
        }
    }

    fn check_accounts(&self, findings: &mut Vec<Finding>) {
        // NIST SP 800-63B-4 §3.1.1.2: 15 characters if the password is the only factor.
        if self.passwords.min_length < 15 && !self.mfa.is_required_for_all() {
            findings.push(self.warned(
                "passwords.min_length",
                "fewer than 15 characters, and some users sign in with the password alone",
                "write min_length = 15, or require a second factor of every user: \
                 mfa.required_for_roles = [\"*\"]",
            ));
        }
        let longest = [
            ("sessions.idle", self.sessions.idle, 12 * key::HOUR),
            ("sessions.kept_idle", self.sessions.kept_idle, 30 * key::DAY),
            ("sessions.absolute", self.sessions.absolute, 30 * key::DAY),
        ];
        for (path, value, max) in longest {
            if value > max {
                let max = super::value::duration_text(max);
                findings.push(self.warned(
                    path,
                    &format!("longer than {max}: an unattended browser stays signed in for longer"),
                    &format!("write at most \"{max}\""),
                ));
            }
        }
        let ttl = self.accounts.unverified_ttl;
        if ttl > 0 && ttl < key::DAY {
            findings.push(self.error(
                "accounts.unverified_ttl",
                "shorter than the 1-day lifetime of the mailed link",
                "write at least \"1d\", or \"0s\" for never",
            ));
        }
    }

    fn check_limits(&self, findings: &mut Vec<Finding>) {
        if self.limits.multiplier > 1.0 {
            findings.push(self.warned(
                "limits.multiplier",
                "every limit is raised: password guessing is easier",
                "remove it outside load and acceptance runs",
            ));
        }
    }

    fn check_redis(&self, findings: &mut Vec<Finding>) {
        let url = self.redis.url.as_ref();
        let Some(url) = url.and_then(|url| Url::parse(url.expose()).ok()) else {
            return;
        };
        if url.scheme() == "redis" && !is_loopback(&url) && url.password().is_none() {
            findings.push(self.warned(
                "redis.url",
                "a Redis on another host without a password",
                "write \"rediss://:password@host/0\"",
            ));
        }
    }

    fn check_mail(&self, findings: &mut Vec<Finding>) {
        if self.mail.allows_plain_text() {
            findings.push(self.error(
                "mail.smtp_url",
                "messages and the mailbox password would be sent in plain text",
                "remove `tls=…` from the address; STARTTLS is then required",
            ));
        }
        if !self.mail.has_valid_hello_name() {
            findings.push(self.error(
                "mail.hello_name",
                "not a host name or an address literal",
                "write a full host name such as \"id.example.org\", or remove the setting",
            ));
        }
        if !self.mail.has_valid_recipients() {
            findings.push(self.error(
                "mail.only_to",
                "not a list of e-mail addresses and domains",
                "write addresses such as \"qa@example.org\", and domains such as \"example.org\"",
            ));
        }
        if self.registration.verify_email == Some(true) && !self.can_mail() {
            findings.push(self.error(
                "registration.verify_email",
                "e-mail addresses must be verified, but no mail server is configured",
                "set mail.smtp_url, or registration.verify_email = false",
            ));
        }
    }

    pub fn error(&self, path: &'static str, problem: &str, remediation: &str) -> Finding {
        self.finding(Severity::Error, path, problem, remediation)
    }

    pub fn warned(&self, path: &'static str, problem: &str, remediation: &str) -> Finding {
        self.finding(Severity::Warning, path, problem, remediation)
    }

    fn finding(&self, severity: Severity, path: &str, problem: &str, remediation: &str) -> Finding {
        Finding {
            severity,
            key: path.to_owned(),
            origin: self.origin(path),
            problem: problem.to_owned(),
            remediation: remediation.to_owned(),
        }
    }
}

/// Returns the reason why a text is no secret key.
fn secret_key_problem(text: &str) -> Option<String> {
    match decode(text) {
        None => Some("not base64".to_owned()),
        Some(bytes) if bytes.len() != 32 => Some(format!("{} bytes instead of 32", bytes.len())),
        Some(bytes) if is_sample(&bytes) => {
            Some("a sample or a sentence, not 32 random bytes".to_owned())
        }
        Some(_) => None,
    }
}

/// Decodes base64 like `MasterKey::from_base64`: padding is optional, the alphabet is standard.
fn decode(text: &str) -> Option<Vec<u8>> {
    let lenient =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&alphabet::STANDARD, lenient)
        .decode(text.trim())
        .ok()
}

/// Returns true for bytes that no random generator produces: printable text (32 random bytes are
/// printable with a chance of one in 10^13), a repeated pattern or an arithmetic sequence.
fn is_sample(bytes: &[u8]) -> bool {
    let typed = bytes.iter().all(|byte| matches!(byte, 0x20..=0x7e));
    let mut distinct = bytes.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let counted = bytes.windows(2).all(|pair| {
        let step = bytes[1].wrapping_sub(bytes[0]);
        pair[1].wrapping_sub(pair[0]) == step
    });
    typed || distinct.len() < 12 || counted
}
