//! Values derived from several sections, and checks of one section against another.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use doorward_protocol::redirect_uri;
use doorward_protocol::setting_url;
use doorward_protocol::signing_alg::SigningAlg;
use doorward_protocol::token::GrantType;
use doorward_rules::client_registration::{FORBIDDEN_SCOPE, reveals_power};
use doorward_rules::origin;
use url::{Host, Url};

use super::Finding;
use super::address::{is_too_wide, sqlite_path};
use super::client_registration::Registering;
use super::organizations::{is_domain, slug_of};
use super::settings::Config;

impl Config {
    /// Returns the file that stores the head of the audit log, if one is configured or derived.
    pub fn audit_head_file(&self) -> Option<PathBuf> {
        if let Some(file) = &self.audit.head_file {
            return Some(file.clone());
        }
        let url = self.database.url.expose();
        if url.contains("mode=memory") {
            return None;
        }
        let database = Path::new(sqlite_path(url)?);
        let mut name = database.file_name()?.to_owned();
        name.push(".audit-head.json");
        Some(database.with_file_name(name))
    }

    pub(super) fn check_mtls(&self, findings: &mut Vec<Finding>) {
        let mtls = &self.mtls;
        if let Some(listen) = mtls.listen {
            self.check_mtls_listener(listen, findings);
        } else {
            let set = [
                ("mtls.certificate", mtls.certificate.is_some()),
                ("mtls.private_key", mtls.private_key.is_some()),
            ];
            for (key, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
                let remediation = "set mtls.listen as well, or remove the key";
                findings.push(self.error(key, "it has no effect without mtls.listen", remediation));
            }
        }
        let has_proxy = !self.trusted_proxies.is_empty() || self.listen.path().is_some();
        if mtls.by_header() && !has_proxy {
            findings.push(self.error(
                "mtls.header",
                "no proxy is trusted, so the header is always ignored",
                "list the proxy in trusted_proxies, or write mtls.header = \"off\"",
            ));
        }
        if let Some(origin) = &mtls.public_url {
            self.check_origin("mtls.public_url", origin, findings);
            if *origin == self.issuer {
                findings.push(self.error(
                    "mtls.public_url",
                    "the same as the issuer",
                    "write another origin, or remove the key if the proxy requests certificates at the issuer",
                ));
            }
        }
        if !mtls.is_on() {
            let set = [
                ("mtls.public_url", mtls.public_url.is_some()),
                ("mtls.client_ca", mtls.client_ca.is_some()),
            ];
            for (key, _) in set.into_iter().filter(|(_, is_set)| *is_set) {
                findings.push(self.error(
                    key,
                    "client certificates are not enabled",
                    "set mtls.listen, or mtls.header = \"client-cert\" behind a proxy; or remove the key",
                ));
            }
        }
    }

    fn check_mtls_listener(&self, listen: std::net::SocketAddr, findings: &mut Vec<Finding>) {
        let mtls = &self.mtls;
        for (key, is_set, remediation) in [
            (
                "mtls.certificate",
                mtls.certificate.is_some(),
                "name the file with the certificate of the listener (PEM)",
            ),
            (
                "mtls.private_key",
                mtls.private_key.is_some(),
                "name the file with its key: mtls.private_key_file",
            ),
            (
                "mtls.public_url",
                mtls.public_url.is_some(),
                "write the origin at which clients reach the listener, such as \"https://mtls.id.example.org\"",
            ),
        ] {
            if !is_set {
                findings.push(self.error(key, "mtls.listen requires it", remediation));
            }
        }
        if self.listen.address() == Some(listen) {
            findings.push(self.error(
                "mtls.listen",
                "the same as listen",
                "choose another port: browsers must not be prompted for certificates",
            ));
        }
        if let Some(origin) = &mtls.public_url
            && !origin.starts_with("https://")
        {
            findings.push(self.error(
                "mtls.public_url",
                "the listener speaks TLS",
                "write an https origin",
            ));
        }
    }

    /// Returns true if e-mail messages are delivered, including to the inbox of a development
    /// instance.
    pub fn can_mail(&self) -> bool {
        self.mail.smtp_url.is_some() || self.stores_mail()
    }

    /// Returns true if messages are stored in the database and shown at `/dev/mail` instead of
    /// being sent.
    pub fn stores_mail(&self) -> bool {
        self.capture_mail || (self.is_dev() && self.mail.smtp_url.is_none())
    }

    /// Returns true if messages reach addresses with a local part beyond ASCII. Without a mail server
    /// none is sent.
    pub fn mails_beyond_ascii(&self) -> bool {
        self.mail.smtputf8 || self.mail.smtp_url.is_none()
    }

    /// Returns true if users must verify their e-mail address before anything else.
    pub fn requires_verified_email(&self) -> bool {
        match self.registration.verify_email {
            Some(requested) => requested,
            None => self.mail.smtp_url.is_some() && !self.is_dev(),
        }
    }

    /// Returns the sender address of e-mail messages.
    pub fn mail_from(&self) -> String {
        match &self.mail.from {
            Some(from) => from.clone(),
            None => format!("no-reply@{}", self.issuer_host()),
        }
    }

    /// Returns the name with which this server introduces itself to the mail server: a host name, or an
    /// address literal (RFC 5321 §4.1.3).
    pub fn mail_hello_name(&self) -> String {
        if let Some(name) = &self.mail.hello_name {
            return name.clone();
        }
        let url = Url::parse(&self.issuer).ok();
        match url.as_ref().and_then(Url::host) {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => format!("[{address}]"),
            Some(Host::Ipv6(address)) => format!("[IPv6:{address}]"),
            None => "localhost".to_owned(),
        }
    }

    /// Returns the host of the issuer, for mail addresses and message IDs.
    pub fn issuer_host(&self) -> String {
        let url = Url::parse(&self.issuer).ok();
        let host = url.as_ref().and_then(Url::host_str);
        match host {
            Some(host) if host.contains(|c: char| c.is_ascii_alphabetic()) => host.to_owned(),
            _ => "localhost".to_owned(),
        }
    }

    /// Returns the issuer whose tokens the tasks API accepts, if one is configured.
    pub fn tasks_issuer(&self) -> Option<&str> {
        let own = self.tasks.issuer.as_deref().unwrap_or(&self.issuer);
        (!own.is_empty()).then_some(own)
    }

    /// Returns the audience of tokens for the tasks API (an RFC 8707 resource identifier).
    pub fn tasks_audience(&self) -> String {
        let public_url = self.tasks.public_url.trim_end_matches('/');
        self.tasks
            .audience
            .clone()
            .unwrap_or_else(|| format!("{public_url}/api"))
    }

    /// Checks the origins, the time zone and the limits of the tasks API.
    pub(super) fn check_tasks_rules(&self, findings: &mut Vec<Finding>) {
        for allowed in &self.tasks.allowed_origins {
            if let Err(problem) = origin::check_registration(allowed) {
                findings.push(self.error(
                    "tasks.allowed_origins",
                    &format!("{allowed} {problem}"),
                    "write origins such as \"https://app.example.org\", separated by spaces",
                ));
            }
        }
        if jiff::tz::TimeZone::get(&self.tasks.time_zone).is_err() {
            findings.push(self.error(
                "tasks.time_zone",
                "unknown time zone",
                "write an IANA name such as \"Europe/Berlin\"",
            ));
        }
        let is_numbered = |entry: &String| {
            entry.split_once('=').is_some_and(|(role, number)| {
                !role.is_empty() && number.parse::<u32>().is_ok_and(|number| number > 0)
            })
        };
        if !self.tasks.limits.roles.iter().all(is_numbered) {
            findings.push(self.error(
                "tasks.limits.roles",
                "not role=number",
                "write a list such as \"admin=3000 manager=1200\"",
            ));
        }
        for (key, directory) in [
            ("tasks.policy_dir", &self.tasks.policy_dir),
            ("tasks.authzen_dir", &self.tasks.authzen_dir),
        ] {
            if directory
                .as_ref()
                .is_some_and(|path| !Path::new(path).is_dir())
            {
                let remediation = "create it, or write the path of one";
                findings.push(self.error(key, "not a directory", remediation));
            }
        }
    }

    pub(super) fn check_organizations(&self, findings: &mut Vec<Finding>) {
        let Some(base) = self.organizations.base_domain() else {
            return;
        };
        let key = "organizations.base_domain";
        if !is_domain(base) {
            let remediation = "write only a domain, in lower case: \"id.example.com\"";
            findings.push(self.error(key, "not the name of a domain", remediation));
            return;
        }
        let issuer = Url::parse(&self.issuer).ok();
        let host = issuer.as_ref().and_then(Url::host_str).unwrap_or_default();
        if slug_of(host, base).is_some() {
            findings.push(self.error(
                key,
                &format!("the issuer's host {host} would be the host of an organization"),
                &format!("write \"{host}\", or a domain that the issuer's host is not below"),
            ));
        }
    }

    /// Checks that open registration limits redirect hosts, and that no privileged scope is
    /// offered.
    pub(super) fn check_client_registration(&self, findings: &mut Vec<Finding>) {
        let section = &self.client_registration;
        let is_open = section.mode == Registering::Open;
        if is_open && section.redirect_hosts.is_empty() {
            findings.push(self.error(
                "client_registration.redirect_hosts",
                "not set, but registration is open",
                "list the hosts that codes may go to, such as [\"127.0.0.1\"], or [\"*\"] for any",
            ));
        }
        let mut schemes = section.redirect_schemes.iter();
        if let Some(scheme) = schemes.find(|scheme| !redirect_uri::is_private_use(scheme)) {
            findings.push(self.error(
                "client_registration.redirect_schemes",
                &format!("{scheme:?} is not the private-use scheme of an app"),
                "write the scheme alone in lower case, such as \"cursor\" for cursor://callback",
            ));
        }
        if section.scopes.iter().any(|name| name == FORBIDDEN_SCOPE) {
            findings.push(self.error(
                "client_registration.scopes",
                "admin is not allowed for dynamically registered clients",
                "remove it, and create the client with `doorward client create`",
            ));
        }
        if is_open && let Some(name) = section.scopes.iter().find(|name| reveals_power(name)) {
            findings.push(self.error(
                "client_registration.scopes",
                &format!("{name} is not allowed while registration is open"),
                "remove it, or set client_registration.mode to \"token\"",
            ));
        }
        let known = |grant: &GrantType| match grant {
            GrantType::AuthorizationCode | GrantType::RefreshToken | GrantType::DeviceCode => true,
            GrantType::ClientCredentials => !is_open,
            _ => false,
        };
        let grant_types = section.policy().grant_types;
        if let Some(other) = grant_types.iter().find(|grant| !known(grant)) {
            findings.push(self.error(
                "client_registration.grant_types",
                &format!("{other} is not allowed for dynamically registered clients in this mode"),
                "write authorization_code, refresh_token and device_code only",
            ));
        }
    }

    /// Rejects scopes that clients without registration must not receive, such as `admin`.
    pub(super) fn check_client_documents(&self, findings: &mut Vec<Finding>) {
        let documents = &self.client_metadata_documents;
        if documents.scopes.iter().any(|name| name == "admin") {
            findings.push(self.error(
                "client_metadata_documents.scopes",
                "\"admin\" is not allowed for clients without registration",
                "leave it out, and register the app that needs it",
            ));
        }
        if let Some(name) = documents.scopes.iter().find(|name| reveals_power(name)) {
            findings.push(self.error(
                "client_metadata_documents.scopes",
                &format!("{name} is not allowed for clients without registration"),
                "leave it out, and register the app that needs it",
            ));
        }
        for host in &documents.allowed_hosts {
            let wrong =
                host.contains('/') || host.contains('*') || *host != host.to_ascii_lowercase();
            if wrong {
                findings.push(self.error(
                    "client_metadata_documents.allowed_hosts",
                    &format!("{host:?} is not a host name"),
                    "write each host in full and in lower case: \"app.example.org\"",
                ));
            }
        }
    }

    /// Rejects networks that are too wide to be the operator's own.
    pub(super) fn check_outgoing(&self, findings: &mut Vec<Finding>) {
        let outgoing = &self.outgoing;
        for (key, networks) in [
            ("outgoing.allowed_networks", &outgoing.allowed_networks),
            (
                "outgoing.third_party_networks",
                &outgoing.third_party_networks,
            ),
        ] {
            for network in networks.iter().filter(|network| is_too_wide(network)) {
                findings.push(self.error(
                    key,
                    &format!("{network} is too wide: clients could make this server send requests almost anywhere"),
                    "list only the networks of your services, such as [\"10.20.0.0/16\"]",
                ));
            }
        }
    }

    pub(super) fn check_telemetry(&self, findings: &mut Vec<Finding>) {
        let Some(endpoint) = &self.telemetry.otlp_endpoint else {
            return;
        };
        let url = setting_url::parse(endpoint.expose()).ok();
        let good = url.is_some_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        });
        if !good {
            findings.push(self.error(
                "telemetry.otlp_endpoint",
                "not the base URL of a collector",
                "write an address such as \"http://127.0.0.1:4318\", without user, query and fragment",
            ));
        }
    }

    /// Returns true if sign-in with a mailed code is offered.
    pub fn offers_email_code(&self) -> bool {
        self.login.email_code && self.can_mail()
    }

    pub(super) fn check_login(&self, findings: &mut Vec<Finding>) {
        self.check_passkeys(findings);
        if self.login.email_code && !self.can_mail() {
            findings.push(self.error(
                "login.email_code",
                "codes must be mailed, but no mail server is configured",
                "set mail.smtp_url, or login.email_code = false",
            ));
        }
    }

    /// Returns the host that passkeys belong to (the RP ID, `WebAuthn` §5.1.2). `None` if passkeys
    /// are disabled, or if the issuer is an IP address, which browsers reject as an RP ID.
    pub fn passkey_host(&self) -> Option<String> {
        let issuer = Url::parse(&self.issuer).ok()?;
        match issuer.host()? {
            Host::Domain(name) if self.passkeys.enabled => {
                let named = self.passkeys.rp_id.as_deref();
                Some(named.unwrap_or(name).to_owned())
            }
            _ => None,
        }
    }

    /// Returns the origin of a host that passkeys with this RP ID belong to: that of the issuer, or
    /// of a former issuer (`WebAuthn` L3 §5.11).
    pub fn passkey_origin(&self, rp_id: &str) -> Option<Url> {
        let former = self.former_issuers.urls.iter();
        let mut all = std::iter::once(&self.issuer).chain(former);
        all.find_map(|issuer| {
            let url = Url::parse(issuer).ok()?;
            let above = url.domain()?.strip_suffix(rp_id)?;
            (above.is_empty() || above.ends_with('.')).then_some(url)
        })
    }

    /// Returns true if passkeys are enabled but impossible, because the issuer is an IP address.
    pub fn lacks_passkey_host(&self) -> bool {
        self.passkeys.enabled && self.passkey_host().is_none()
    }

    pub(super) fn check_passkeys(&self, findings: &mut Vec<Finding>) {
        let issuer = Url::parse(&self.issuer).ok();
        let number = issuer.as_ref().and_then(|url| match url.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(number) => Some(IpAddr::V4(number)),
            Host::Ipv6(number) => Some(IpAddr::V6(number)),
        });
        // On a loopback issuer passkeys are rarely needed, so there is no warning.
        if self.passkeys.enabled && number.is_some_and(|number| !number.is_loopback()) {
            findings.push(self.warned(
                "passkeys.enabled",
                "the issuer is an IP address, for which browsers create no passkeys; none are offered",
                "use a host name as issuer, or write passkeys.enabled = false",
            ));
        }
        if let Some(rp_id) = &self.passkeys.rp_id
            && self.passkey_origin(rp_id).is_none()
        {
            findings.push(self.error(
                "passkeys.rp_id",
                "neither the host of the issuer nor that of a former issuer, nor a domain above one",
                "write the host that the passkeys of your users belong to, and list its issuer in former_issuers.urls",
            ));
        }
        if !self.mfa.passkey_for_roles.is_empty() && self.passkey_host().is_none() {
            findings.push(self.error(
                "mfa.passkey_for_roles",
                "passkeys are required but unavailable: users with such a role could not sign in",
                "use a host name as issuer and enable passkeys, or leave mfa.passkey_for_roles empty",
            ));
        }
    }

    pub(super) fn check_metrics(&self, findings: &mut Vec<Finding>) {
        self.check_telemetry(findings);
        let metrics = &self.metrics;
        let others = [
            self.listen.address(),
            self.mtls.listen,
            self.tls.http_listen,
        ];
        if metrics.enabled && others.contains(&Some(metrics.listen)) {
            findings.push(self.error(
                "metrics.listen",
                "the same as another listener",
                "choose another port: metrics must not be public",
            ));
        }
    }

    /// Checks that RS256 is offered: every client may rely on it (OIDC Core §15.1).
    pub(super) fn check_algorithms(&self, findings: &mut Vec<Finding>) {
        if !self.keys.algorithms.contains(&SigningAlg::Rs256) {
            findings.push(self.error(
                "keys.algorithms",
                "RS256 is missing",
                "add RS256, which every OpenID provider must support (OpenID Connect Core §15.1)",
            ));
        }
    }
}
