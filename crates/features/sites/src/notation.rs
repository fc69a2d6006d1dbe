//! Rules as administrators write them, one a line: methods, path, demand, networks and accepted credentials.
//!
//! ```text
//! /public/* anyone
//! OPTIONS /api/* preflight
//! GET,HEAD /metrics anyone from=10.0.0.0/8
//! /api/* permission=wiki:read accept=access-token accept=api-key
//! /admin/* role=editor group=/staff second-factor max-age=15m
//! /* user
//! ```

use std::collections::{BTreeMap, BTreeSet};

use doorward_config::{duration_text, seconds};
use doorward_domain::model::{GroupId, SiteDemand, SiteFactor, SitePath, SiteRule, UserDemand};
use ipnet::IpNet;

use crate::canonical::{Ambiguous, CanonicalPath, Method, encode};

/// Maximum age of an authentication that a rule can demand, in seconds: 30 days.
const MAX_AGE: i64 = 30 * 24 * 60 * 60;

/// A rule as written, whose groups are names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrittenRule {
    /// The rule without groups and number.
    pub rule: SiteRule,
    /// IDs or paths of groups; a path of an organization follows its slug and a colon.
    pub groups: Vec<String>,
}

/// Reads a rule.
///
/// # Errors
/// Returns what is wrong with it.
pub fn parse(line: &str) -> Result<WrittenRule, String> {
    let mut words = line.split_whitespace().peekable();
    let is_path = |word: &&str| word.starts_with('/');
    let methods = match words.next_if(|word| !is_path(word)) {
        Some(word) => parse_methods(word)?,
        None => BTreeSet::new(),
    };
    let path = words.next().ok_or("write a path that begins with /")?;
    let mut reading = Reading::default();
    for word in words {
        reading.read(word)?;
    }
    reading.finish(parse_path(path)?, methods)
}

fn parse_methods(word: &str) -> Result<BTreeSet<String>, String> {
    let method = |text: &str| {
        let method = Method::parse(text).map_err(|error| format!("{text:?}: {error}"))?;
        Ok(method.as_str().to_owned())
    };
    word.split(',').map(method).collect()
}

fn parse_path(word: &str) -> Result<SitePath, String> {
    let (written, is_prefix) = match word.strip_suffix("/*") {
        Some(parent) => (parent, true),
        None => (word, false),
    };
    if written.contains('*') {
        return Err(format!("{word:?}: write * at the end, after a slash"));
    }
    if written.is_empty() {
        return Ok(SitePath::Prefix(String::new()));
    }
    if is_prefix && written.ends_with('/') {
        return Err(format!("{word:?}: {}", Ambiguous::EmptySegment));
    }
    let path = CanonicalPath::parse(written).map_err(|error| format!("{word:?}: {error}"))?;
    let path = path.as_str().to_owned();
    Ok(if is_prefix {
        SitePath::Prefix(path)
    } else {
        SitePath::Exact(path)
    })
}

/// The words of a rule that are read so far.
#[derive(Default)]
struct Reading {
    /// A demand that is not about users.
    demand: Option<SiteDemand>,
    user: Option<UserDemand>,
    groups: Vec<String>,
    networks: Vec<IpNet>,
    access_tokens: bool,
    api_keys: bool,
}

impl Reading {
    fn read(&mut self, word: &str) -> Result<(), String> {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let is_first = match (name, value) {
            ("anyone", None) => self.demand.replace(SiteDemand::Anyone).is_none(),
            ("deny", None) => self.demand.replace(SiteDemand::Deny).is_none(),
            ("preflight", None) => self.demand.replace(SiteDemand::Preflight).is_none(),
            ("user", None) => {
                self.user();
                true
            }
            ("second-factor", None) => self.replace_factor(SiteFactor::SecondFactor),
            ("passkey", None) => self.replace_factor(SiteFactor::Passkey),
            ("role", Some(role)) => self.user().roles.insert(role.to_owned()),
            ("permission", Some(name)) => self.user().permissions.insert(name.to_owned()),
            ("group", Some(group)) => {
                self.user();
                self.groups.push(group.to_owned());
                true
            }
            ("max-age", Some(age)) => {
                let age = seconds(age).filter(|age| (1..=MAX_AGE).contains(age));
                let problem = || format!("{word:?}: write a time up to 30d, such as 15m");
                let age = age.ok_or_else(problem)?;
                self.user().max_age.replace(age).is_none()
            }
            ("from", Some(network)) => {
                let problem = |_| format!("{word:?}: write a network such as 10.0.0.0/8");
                self.networks.push(network.parse().map_err(problem)?);
                true
            }
            ("accept", Some("access-token")) => !std::mem::replace(&mut self.access_tokens, true),
            ("accept", Some("api-key")) => !std::mem::replace(&mut self.api_keys, true),
            ("accept", Some(_)) => {
                return Err(format!("{word:?}: accept access-token or api-key"));
            }
            _ => return Err(format!("{word:?} is no word of a rule")),
        };
        if is_first {
            return Ok(());
        }
        Err(format!(
            "{word:?}: a rule has each word once, one demand, and second-factor or passkey"
        ))
    }

    fn replace_factor(&mut self, factor: SiteFactor) -> bool {
        self.user().factor.replace(factor).is_none()
    }

    fn user(&mut self) -> &mut UserDemand {
        self.user.get_or_insert_default()
    }

    fn finish(self, path: SitePath, methods: BTreeSet<String>) -> Result<WrittenRule, String> {
        let accepts = self.access_tokens || self.api_keys;
        let demand = match (self.demand, self.user) {
            (Some(_), Some(_)) => {
                return Err("anyone, deny and preflight take no words about users".to_owned());
            }
            (None, None) => {
                return Err("write anyone, deny, preflight, user, or what users need".to_owned());
            }
            (Some(_), None) if accepts => {
                return Err("accept needs a demand of users".to_owned());
            }
            (Some(demand), None) => demand,
            (None, Some(user)) => {
                if self.api_keys {
                    check_keys(&user, !self.groups.is_empty())?;
                }
                SiteDemand::User(user)
            }
        };
        let rule = SiteRule {
            id: 0,
            path,
            methods,
            networks: self.networks,
            demand,
            access_tokens: self.access_tokens,
            api_keys: self.api_keys,
        };
        Ok(WrittenRule {
            rule,
            groups: self.groups,
        })
    }
}

/// Checks that an API key, which has permissions and no authentication, can meet a demand.
fn check_keys(demand: &UserDemand, has_groups: bool) -> Result<(), String> {
    if demand.factor.is_some() || demand.max_age.is_some() {
        return Err("an API key has no second factor, passkey and age".to_owned());
    }
    let is_member = has_groups || !demand.roles.is_empty();
    if is_member && demand.permissions.is_empty() {
        return Err("an API key has no roles and groups: name a permission too".to_owned());
    }
    Ok(())
}

/// Writes a rule as [`parse`] reads it. A group without a name here is written as its ID.
pub fn write(rule: &SiteRule, groups: &BTreeMap<GroupId, String>) -> String {
    let mut words = Vec::new();
    if !rule.methods.is_empty() {
        words.push(rule.methods.iter().cloned().collect::<Vec<_>>().join(","));
    }
    words.push(match &rule.path {
        SitePath::Exact(path) => encode(path),
        SitePath::Prefix(path) => format!("{}/*", encode(path)),
    });
    match &rule.demand {
        SiteDemand::Deny => words.push("deny".to_owned()),
        SiteDemand::Anyone => words.push("anyone".to_owned()),
        SiteDemand::Preflight => words.push("preflight".to_owned()),
        SiteDemand::User(demand) => words.extend(user_words(demand, groups)),
    }
    words.extend(
        rule.networks
            .iter()
            .map(|network| format!("from={network}")),
    );
    let accepted = [
        (rule.access_tokens, "accept=access-token"),
        (rule.api_keys, "accept=api-key"),
    ];
    let accepted = accepted.iter().filter(|(is_accepted, _)| *is_accepted);
    words.extend(accepted.map(|(_, word)| (*word).to_owned()));
    words.join(" ")
}

fn user_words(demand: &UserDemand, groups: &BTreeMap<GroupId, String>) -> Vec<String> {
    let roles = demand.roles.iter().map(|role| format!("role={role}"));
    let named = |id: &GroupId| groups.get(id).cloned().unwrap_or_else(|| id.to_string());
    let groups = demand
        .groups
        .iter()
        .map(|id| format!("group={}", named(id)));
    let permissions = demand.permissions.iter();
    let permissions = permissions.map(|name| format!("permission={name}"));
    let factor = demand.factor.map(|factor| match factor {
        SiteFactor::SecondFactor => "second-factor".to_owned(),
        SiteFactor::Passkey => "passkey".to_owned(),
    });
    let max_age = demand.max_age;
    let max_age = max_age.map(|age| format!("max-age={}", duration_text(age)));
    let words = roles.chain(groups).chain(permissions);
    let mut words: Vec<String> = words.chain(factor).chain(max_age).collect();
    if words.is_empty() {
        words.push("user".to_owned());
    }
    words
}

#[cfg(test)]
mod tests;
