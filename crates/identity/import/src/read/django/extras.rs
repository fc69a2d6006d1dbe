//! The rows of other apps that belong to a user.

use doorward_domain::credentials::totp::TotpSecret;

use super::factor::SiteFactor;
use super::row::{Row, from_hex, key};
use crate::item::Note;
use crate::prelude::RecoveryCode;
use crate::read::found::{Findings, Found, Unreadable, shortened};
use crate::record::{LinkRecord, TotpRecord, UserRecord};

/// Models whose rows belong to a user.
const OWNED: [&str; 4] = [
    "account.emailaddress",
    "socialaccount.socialaccount",
    "mfa.authenticator",
    "otp_totp.totpdevice",
];

/// Returns the key of the user that a row belongs to.
pub fn owner(row: &Row) -> Option<String> {
    if !OWNED.contains(&row.model.as_str()) {
        return None;
    }
    row.fields.get("user").map(key)
}

/// An e-mail address of allauth.
#[derive(Clone, Debug)]
struct Address {
    text: String,
    is_verified: Found<bool>,
    is_primary: Found<bool>,
}

/// The rows of other apps that belong to a user.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    addresses: Vec<Address>,
    links: Vec<LinkRecord>,
    totp: Option<TotpRecord>,
    passkeys: u32,
    backup_codes: Vec<RecoveryCode>,
    /// True if the user has a second factor in the source, carried or not.
    has_factor: bool,
    findings: Findings,
}

impl Extras {
    pub fn add(&mut self, row: &Row) {
        match row.model.as_str() {
            "account.emailaddress" => self.address(row),
            "socialaccount.socialaccount" => self.link(row),
            "mfa.authenticator" => self.authenticator(row),
            "otp_totp.totpdevice" => self.device(row),
            _ => {}
        }
    }

    fn address(&mut self, row: &Row) {
        let fields = row.fields();
        if let Some(text) = self.findings.note(fields.text("email")) {
            self.addresses.push(Address {
                text: text.to_owned(),
                is_verified: fields.flag("verified"),
                is_primary: fields.flag("primary"),
            });
        }
    }

    fn link(&mut self, row: &Row) {
        let fields = row.fields();
        let data = fields.json("extra_data").map_err(Unreadable::without_value);
        let data = self.findings.note(data).unwrap_or_default();
        let names = ["email", "login", "username", "preferred_username", "name"];
        let label = names.iter().find_map(|name| {
            let text = data[*name].as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        });
        let provider = self
            .findings
            .note(fields.text("provider"))
            .unwrap_or_default();
        let subject = self.findings.note(fields.text("uid")).unwrap_or_default();
        self.links.push(LinkRecord {
            provider: provider.to_owned(),
            subject: subject.to_owned(),
            label: label.unwrap_or_default(),
        });
    }

    pub const fn has_factor(&self) -> bool {
        self.has_factor || self.passkeys > 0
    }

    /// Adds a second factor of a table of the site.
    pub fn add_factor(&mut self, factor: SiteFactor) {
        self.set_totp(factor.secret, 0);
        self.backup_codes.extend(factor.codes);
        if factor.unreadable_codes > 0 {
            self.findings.add(
                "recovery_codes",
                "backup codes that are hashed, or have less than 8 letters and digits, are not carried",
            );
        }
    }

    fn set_totp(&mut self, secret: Option<TotpSecret>, last_step: i64) {
        self.has_factor = true;
        match secret {
            _ if self.totp.is_some() => self.findings.add(
                "totp_more",
                "a second authenticator app is not carried: one for each user",
            ),
            Some(secret) => self.totp = Some(TotpRecord { secret, last_step }),
            None => self.findings.add(
                "totp_form",
                "the secret of the authenticator app is encrypted or has not 20 bytes: the user \
                 sets up a new one",
            ),
        }
    }

    fn authenticator(&mut self, row: &Row) {
        match row.fields().text("type").ok().flatten() {
            Some("totp") => {
                let data = row.fields().json("data").ok().flatten().unwrap_or_default();
                let secret = data["secret"].as_str().and_then(TotpSecret::from_base32);
                self.set_totp(secret, 0);
            }
            Some("recovery_codes") => self.findings.add(
                "recovery_codes",
                "recovery codes are not carried: the user gets new ones",
            ),
            Some("webauthn") => self.passkeys += 1,
            _ => self.findings.add(
                "credential",
                "an authenticator of unknown type is not carried",
            ),
        }
    }

    fn device(&mut self, row: &Row) {
        let fields = row.fields();
        if fields.flag("confirmed") == Ok(Some(false)) {
            return;
        }
        let is = |name: &str, usual: i64| matches!(fields.number(name), Ok(one) if one.is_none_or(|one| one == usual));
        let is_plain = is("step", 30) && is("t0", 0) && is("digits", 6);
        let (Ok(_), Ok(last), true) = (fields.flag("confirmed"), fields.number("last_t"), is_plain)
        else {
            let text = "an authenticator app with other digits or another period is not carried: \
                        the user sets up a new one";
            self.findings.add("totp_form", text);
            self.has_factor = true;
            return;
        };
        let key = fields.text("key").ok().flatten().unwrap_or_default();
        let secret = from_hex(key).and_then(|key| TotpSecret::from_bytes(&key));
        self.set_totp(secret, last.unwrap_or(0).max(0));
    }

    /// Adds everything to the user.
    pub fn complete(self, record: &mut UserRecord, findings: &mut Findings) {
        let is_primary = |address: &&Address| address.is_primary == Ok(Some(true));
        let primary = self.addresses.iter().find(is_primary).or_else(|| {
            let own = |address: &&Address| address.text.eq_ignore_ascii_case(&record.email);
            self.addresses.iter().find(own)
        });
        if let Some(address) = primary {
            if !record.email.is_empty() && !record.email.eq_ignore_ascii_case(&address.text) {
                let (own, primary) = (shortened(&record.email), shortened(&address.text));
                let text = format!("email: {own:?} is replaced by the primary address {primary:?}");
                let note = Note::new("primary_address", text).about("email", Some(own));
                findings.notes.push(note);
            }
            record.email.clone_from(&address.text);
            let verified = findings.require(address.is_verified.clone());
            record.email_verified = Some(verified == Some(true));
        }
        for address in &self.addresses {
            findings.require(address.is_primary.clone());
        }
        let others = self.addresses.len() - usize::from(primary.is_some());
        if others > 0 {
            let text = format!("{others} further e-mail addresses are not carried");
            findings.add("more_addresses", text);
        }
        if self.passkeys > 0 {
            let count = self.passkeys;
            let text = format!("{count} passkeys hold for the old host: the user adds new ones");
            findings.add("passkeys", text);
        }
        record.totp = record.totp.take().or(self.totp);
        record.backup_codes.extend(self.backup_codes);
        record.links.extend(self.links);
        findings.notes.extend(self.findings.notes);
    }
}
