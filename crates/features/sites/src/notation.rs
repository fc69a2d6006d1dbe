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
use std::mem::replace;

use doorward_config::{duration_text, seconds};
use doorward_domain::model::{GroupId, SiteDemand, SiteFactor, SitePath, SiteRule, UserDemand};

use crate::canonical::{CanonicalPath, Method, encode};

/// Maximum age of an authentication that a rule can demand, in seconds: 30 days.
const MAX_AGE: i64 = 30 * 24 * 60 * 60;

/// Words of the demands that are not about users.
const PLAIN: [(&str, SiteDemand); 3] = [
    ("anyone", SiteDemand::Anyone),
    ("deny", SiteDemand::Deny),
    ("preflight", SiteDemand::Preflight),
];

const FACTORS: [(&str, SiteFactor); 2] = [
    ("second-factor", SiteFactor::SecondFactor),
    ("passkey", SiteFactor::Passkey),
];

/// Reads a rule without its number, and the IDs or paths of its groups, which are not in it yet. A path of an
/// organization follows its slug and a colon.
pub fn parse(line: &str) -> Result<(SiteRule, Vec<String>), String> {
    let mut words = line.split_whitespace().peekable();
    let is_path = |word: &&str| word.starts_with('/');
    let methods = match words.next_if(|word| !is_path(word)) {
        Some(word) => parse_methods(word)?,
        None => BTreeSet::new(),
    };
    let path = words.next().ok_or("write a path that begins with /")?;
    let mut reading = Reading {
        rule: SiteRule {
            methods,
            ..SiteRule::new(0, parse_path(path)?, SiteDemand::Deny)
        },
        plain: None,
        user: None,
        groups: Vec::new(),
    };
    for word in words {
        reading.read(word)?;
    }
    reading.finish()
}

fn wrong(word: &str, problem: &str) -> String {
    format!("{word:?}: {problem}")
}

fn parse_methods(word: &str) -> Result<BTreeSet<String>, String> {
    let method = |text: &str| {
        let method = Method::parse(text).map_err(|error| wrong(text, error.as_str()))?;
        Ok(method.as_str().to_owned())
    };
    word.split(',').map(method).collect()
}

fn parse_path(word: &str) -> Result<SitePath, String> {
    let parent = word.strip_suffix('*');
    let raw = parent.unwrap_or(word);
    if raw.contains('*') || parent.is_some_and(|parent| !parent.ends_with('/')) {
        return Err(wrong(word, "write * at the end, after a slash"));
    }
    let path = CanonicalPath::parse(raw).map_err(|error| wrong(word, error.as_str()))?;
    let path = path.as_str();
    Ok(match path.strip_suffix('/') {
        Some(prefix) if parent.is_some() => SitePath::Prefix(prefix.to_owned()),
        _ => SitePath::Exact(path.to_owned()),
    })
}

/// A rule with the words that are read so far.
struct Reading {
    rule: SiteRule,
    /// A demand that is not about users.
    plain: Option<SiteDemand>,
    user: Option<UserDemand>,
    groups: Vec<String>,
}

impl Reading {
    fn read(&mut self, word: &str) -> Result<(), String> {
        let wrong = |problem: &str| wrong(word, problem);
        let plain = PLAIN.into_iter().find(|(own, _)| *own == word);
        let factor = FACTORS.into_iter().find(|(own, _)| *own == word);
        let is_first = match (plain, factor, word.split_once('=')) {
            (Some((_, demand)), ..) => self.plain.replace(demand).is_none(),
            (_, Some((_, factor)), _) => self.user().factor.replace(factor).is_none(),
            (.., Some(("role", role))) => self.user().roles.insert(role.to_owned()),
            (.., Some(("permission", name))) => self.user().permissions.insert(name.to_owned()),
            (.., Some(("group", group))) => {
                self.user();
                self.groups.push(group.to_owned());
                true
            }
            (.., Some(("max-age", age))) => {
                let age = seconds(age).filter(|age| (1..=MAX_AGE).contains(age));
                let age = age.ok_or_else(|| wrong("write a time up to 30d, such as 15m"))?;
                self.user().max_age.replace(age).is_none()
            }
            (.., Some(("from", network))) => {
                let problem = |_| wrong("write a network such as 10.0.0.0/8");
                self.rule.networks.push(network.parse().map_err(problem)?);
                true
            }
            (.., Some(("accept", "access-token"))) => !replace(&mut self.rule.access_tokens, true),
            (.., Some(("accept", "api-key"))) => !replace(&mut self.rule.api_keys, true),
            (.., Some(("accept", _))) => return Err(wrong("accept access-token or api-key")),
            _ if word == "user" => {
                self.user();
                true
            }
            _ => return Err(format!("{word:?} is no word of a rule")),
        };
        let once = "a rule has each word once, one demand, and second-factor or passkey";
        is_first.then_some(()).ok_or_else(|| wrong(once))
    }

    fn user(&mut self) -> &mut UserDemand {
        self.user.get_or_insert_default()
    }

    fn finish(mut self) -> Result<(SiteRule, Vec<String>), String> {
        let rule = &mut self.rule;
        rule.demand = match (self.plain, self.user) {
            (Some(_), Some(_)) => {
                return Err("anyone, deny and preflight take no words about users".to_owned());
            }
            (None, None) => {
                return Err("write anyone, deny, preflight, user, or what users need".to_owned());
            }
            (Some(_), None) if rule.access_tokens || rule.api_keys => {
                return Err("accept needs a demand of users".to_owned());
            }
            (Some(demand), None) => demand,
            (None, Some(user)) => {
                if rule.api_keys {
                    check_keys(&user, !self.groups.is_empty())?;
                }
                SiteDemand::User(user)
            }
        };
        Ok((self.rule, self.groups))
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
    if let SiteDemand::User(demand) = &rule.demand {
        words.extend(user_words(demand, groups));
    }
    let plain = PLAIN.iter().filter(|(_, demand)| *demand == rule.demand);
    words.extend(plain.map(|(word, _)| (*word).to_owned()));
    let networks = rule.networks.iter();
    words.extend(networks.map(|network| format!("from={network}")));
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
    let groups = demand.groups.iter().map(|id| match groups.get(id) {
        Some(name) => format!("group={name}"),
        None => format!("group={id}"),
    });
    let permissions = demand.permissions.iter();
    let permissions = permissions.map(|name| format!("permission={name}"));
    let factor = FACTORS
        .iter()
        .filter(|(_, factor)| Some(*factor) == demand.factor);
    let factor = factor.map(|(word, _)| (*word).to_owned());
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
