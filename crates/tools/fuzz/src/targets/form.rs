//! Form bodies and query strings (RFC 6749 §3.1, Appendix B): accepted ones are read as by a parser
//! of the URL standard.

use std::collections::BTreeMap;

use doorward_protocol::authorize::AuthorizationRequest;
use doorward_protocol::params::{MAX_FIELDS, Params};

use crate::target::Target;

pub const TARGET: Target = Target {
    name: "form",
    run,
    words: &[
        "&",
        "=",
        "%",
        "%00",
        "%ff",
        "%zz",
        "%2",
        "+",
        "client_id=",
        "scope=",
        "resource=",
        "&&",
        "code_challenge=",
        "redirect_uri=",
        "response_type=code",
        "claims={}",
        "max_age=1",
        "prompt=none",
        "&a=1&a=1",
    ],
};

fn run(input: &[u8]) {
    let Ok(params) = Params::parse(input) else {
        return;
    };
    let pairs: Vec<(&str, &str)> = params.iter().collect();
    let second: Vec<(String, String)> = url::form_urlencoded::parse(input).into_owned().collect();
    let seconds: Vec<_> = second
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    assert_eq!(pairs, seconds);
    assert!(pairs.len() <= MAX_FIELDS);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, value) in &pairs {
        assert!(!name.contains('\0') && !value.contains('\0'));
        *counts.entry(name).or_default() += 1;
    }
    let is_once = counts.values().all(|count| *count == 1);
    assert_eq!(params.reject_duplicates(&[]).is_ok(), is_once);
    for (name, count) in counts {
        assert_eq!(params.optional(name).is_ok(), count == 1, "{name}");
        assert_eq!(params.raw(name).is_ok(), count == 1, "{name}");
    }
    // A parameter in a redirect of this server is one of these.
    let target = "https://app.example/cb".to_owned();
    let _ = AuthorizationRequest::parse(&params, target);
}
