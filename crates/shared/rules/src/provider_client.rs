//! Decisions of this server as a client of an identity provider.

use doorward_protocol::signing_alg::SigningAlg;

/// The algorithms of assertions, the preferred one first: FAPI 2.0 §5.4.1 allows all but RS256.
const PREFERRED: [SigningAlg; 4] = [
    SigningAlg::Es256,
    SigningAlg::Ps256,
    SigningAlg::EdDsa,
    SigningAlg::Rs256,
];

/// Returns the algorithm that signs assertions for a provider: one that it lists and that a key of this
/// server has. A provider that lists none is expected to accept RS256 (OIDC Discovery §3).
pub fn assertion_alg(
    listed: Option<&[String]>,
    has_key: impl Fn(SigningAlg) -> bool,
) -> Option<SigningAlg> {
    let is_accepted = |alg: &SigningAlg| match listed {
        Some(listed) => listed.iter().any(|name| name == alg.as_str()),
        None => *alg == SigningAlg::Rs256,
    };
    let mut usable = PREFERRED.into_iter().filter(is_accepted);
    usable.find(|alg| has_key(*alg))
}

/// Returns true if an access token of this type may be used. RFC 6749 §7.1: one of an unknown type must not
/// be; some providers name none for Bearer. A token that must be bound to a key has no other type than DPoP
/// (RFC 9449 §5).
pub fn is_usable_token(token_type: Option<&str>, is_bound: bool) -> bool {
    let is = |word: &str| token_type.is_some_and(|name| name.trim().eq_ignore_ascii_case(word));
    if is_bound {
        is("DPoP")
    } else {
        token_type.is_none() || is("Bearer")
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::none_listed(None, &["RS256", "ES256"], Some(SigningAlg::Rs256))]
    #[case::only_rs(Some(&["RS256"][..]), &["RS256", "ES256"], Some(SigningAlg::Rs256))]
    #[case::preferred(Some(&["RS256", "PS256", "ES256"][..]), &["RS256", "PS256", "ES256"], Some(SigningAlg::Es256))]
    #[case::other_preferred(Some(&["RS256", "PS256"][..]), &["RS256", "PS256", "ES256"], Some(SigningAlg::Ps256))]
    #[case::without_key(Some(&["RS256", "ES256"][..]), &["RS256"], Some(SigningAlg::Rs256))]
    #[case::fapi_without_key(Some(&["PS256", "ES256"][..]), &["RS256"], None)]
    #[case::unsigned(Some(&["none", "HS256"][..]), &["RS256", "ES256"], None)]
    #[case::empty(Some(&[][..]), &["RS256"], None)]
    #[case::other_case(Some(&["es256"][..]), &["ES256"], None)]
    fn assertion_has_algorithm_of_both(
        #[case] listed: Option<&[&str]>,
        #[case] keys: &[&str],
        #[case] expected: Option<SigningAlg>,
    ) {
        let listed: Option<Vec<String>> =
            listed.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        let found = assertion_alg(listed.as_deref(), |alg| keys.contains(&alg.as_str()));
        assert_eq!(found, expected);
    }

    #[rstest]
    #[case(Some("Bearer"), true, false)]
    #[case(Some(" bearer "), true, false)]
    #[case(None, true, false)]
    #[case(Some("DPoP"), false, true)]
    #[case(Some("dpop"), false, true)]
    #[case(Some("mac"), false, false)]
    #[case(Some(""), false, false)]
    fn token_type_fits_setting(
        #[case] token_type: Option<&str>,
        #[case] plain: bool,
        #[case] bound: bool,
    ) {
        assert_eq!(is_usable_token(token_type, false), plain);
        assert_eq!(is_usable_token(token_type, true), bound);
    }
}
