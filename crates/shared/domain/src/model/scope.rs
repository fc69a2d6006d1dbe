//! The registries of scopes and resources.

use doorward_protocol::signing_alg::SigningAlg;

use crate::time::UnixSeconds;

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScopeEntry {
    /// The scope token (RFC 6749 §3.3).
    pub name: String,
    /// The description on the consent page: one plain sentence.
    pub description: String,
    /// The resource that it gives access to; none for scopes of the identity server (`openid`,
    /// `profile`, …).
    pub audience: Option<String>,
    pub created_at: UnixSeconds,
}

/// A registered resource (RFC 8707 §2): an audience of access tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resource {
    pub identifier: String,
    pub name: String,
    /// The `typ` of access tokens for it.
    pub token_type: AccessTokenType,
    pub token_signing_alg: SigningAlg,
    /// The claims about the user in access tokens for it, whatever their scope is.
    pub token_claims: AskedClaims,
    /// The lifetime of access tokens for it, in seconds; none for that of the client or the
    /// deployment. See `doorward_rules::token_lifetimes`.
    pub access_token_ttl: Option<i64>,
    pub created_at: UnixSeconds,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AskedClaims {
    pub groups: bool,
    /// Every role in `roles`, not only those that mean something at the audience.
    pub roles: bool,
    pub email_verified: bool,
}

impl AskedClaims {
    pub const ALL: Self = Self {
        groups: true,
        roles: true,
        email_verified: true,
    };
    /// Those of a resource that was registered before resources asked for claims.
    pub const FORMER: Self = Self {
        roles: false,
        ..Self::ALL
    };

    /// Reads names that are separated by spaces; returns `None` for an unknown one.
    pub fn parse(names: &str) -> Option<Self> {
        let mut asked = Self::default();
        for name in names.split_whitespace() {
            match name {
                "groups" => asked.groups = true,
                "roles" => asked.roles = true,
                "email_verified" => asked.email_verified = true,
                _ => return None,
            }
        }
        Some(asked)
    }

    pub fn names(self) -> Vec<&'static str> {
        let all = [
            ("groups", self.groups),
            ("roles", self.roles),
            ("email_verified", self.email_verified),
        ];
        let asked = all.into_iter().filter(|(_, is_asked)| *is_asked);
        asked.map(|(name, _)| name).collect()
    }

    /// Returns what the resources of an audience ask for.
    pub fn of(audience: &[String], resources: &[Resource]) -> Self {
        let known = resources
            .iter()
            .filter(|known| audience.contains(&known.identifier));
        known.fold(Self::default(), |all, known| Self {
            groups: all.groups || known.token_claims.groups,
            roles: all.roles || known.token_claims.roles,
            email_verified: all.email_verified || known.token_claims.email_verified,
        })
    }
}

impl Resource {
    /// Returns a resource whose access tokens follow RFC 9068, and contain nothing about the user that their
    /// scope does not allow.
    pub const fn new(identifier: String, name: String, created_at: UnixSeconds) -> Self {
        Self {
            identifier,
            name,
            token_type: AccessTokenType::AtJwt,
            token_signing_alg: SigningAlg::Rs256,
            token_claims: AskedClaims {
                groups: false,
                roles: false,
                email_verified: false,
            },
            access_token_ttl: None,
            created_at,
        }
    }
}

/// Returns the algorithm of an access token for this audience: that of its resources if they all
/// agree, otherwise RS256.
pub fn token_signing_alg(audience: &[String], resources: &[Resource]) -> SigningAlg {
    let of = |item: &String| {
        let known = resources.iter().find(|known| known.identifier == *item);
        known.map_or(SigningAlg::Rs256, |known| known.token_signing_alg)
    };
    let mut algorithms = audience.iter().map(of);
    let first = algorithms.next().unwrap_or_default();
    if algorithms.all(|other| other == first) {
        first
    } else {
        SigningAlg::Rs256
    }
}

doorward_protocol::words! {
    /// The `typ` header of a signed access token.
    #[derive(Default)]
    pub enum AccessTokenType {
        /// `at+jwt` (RFC 9068 §2.1), so that no other token is accepted as an access token.
        #[default]
        AtJwt = "at+jwt",
        /// `JWT`, for resource servers that support no other type.
        Jwt = "jwt",
    }
}

impl AccessTokenType {
    /// Returns the type of a token for this audience: `JWT` if every resource of it requires `JWT`,
    /// otherwise `at+jwt`.
    pub fn for_audience(audience: &[String], resources: &[Resource]) -> Self {
        let wants = |item: &String| {
            let known = resources.iter().find(|known| known.identifier == *item);
            known.is_some_and(|known| known.token_type == Self::Jwt)
        };
        if !audience.is_empty() && audience.iter().all(wants) {
            Self::Jwt
        } else {
            Self::AtJwt
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::none(&[], "")]
    #[case::asks_for_nothing(&["a"], "")]
    #[case::unknown(&["d"], "")]
    #[case::one(&["b"], "groups")]
    #[case::roles(&["e"], "roles")]
    #[case::together(&["a", "b", "c"], "groups email_verified")]
    #[case::all(&["b", "c", "e"], "groups roles email_verified")]
    fn claims_follow_resources_of_audience(#[case] audience: &[&str], #[case] expected: &str) {
        let resources = [
            ("a", ""),
            ("b", "groups"),
            ("c", "email_verified"),
            ("e", "roles"),
        ];
        let resources = resources.map(|(name, claims)| Resource {
            token_claims: AskedClaims::parse(claims).unwrap(),
            ..Resource::new(name.to_owned(), name.to_owned(), 0)
        });
        let audience: Vec<String> = audience.iter().map(|&item| item.to_owned()).collect();
        let asked = AskedClaims::of(&audience, &resources);
        assert_eq!(asked.names().join(" "), expected);
        assert_eq!(AskedClaims::parse(expected), Some(asked));
    }

    #[test]
    fn other_claims_cannot_be_asked_for() {
        for names in ["email", "groups,email_verified", "groups role", "GROUPS"] {
            assert_eq!(AskedClaims::parse(names), None, "{names}");
        }
    }

    #[rstest]
    #[case::default(&["a"], AccessTokenType::AtJwt)]
    #[case::set(&["b"], AccessTokenType::Jwt)]
    #[case::all_set(&["b", "c"], AccessTokenType::Jwt)]
    #[case::mixed(&["a", "b"], AccessTokenType::AtJwt)]
    #[case::unknown(&["d"], AccessTokenType::AtJwt)]
    #[case::beside_unknown(&["b", "d"], AccessTokenType::AtJwt)]
    #[case::none(&[], AccessTokenType::AtJwt)]
    fn token_type_follows_every_resource(
        #[case] audience: &[&str],
        #[case] expected: AccessTokenType,
    ) {
        let resources =
            [("a", "at+jwt"), ("b", "jwt"), ("c", "jwt")].map(|(name, word)| Resource {
                token_type: AccessTokenType::parse(word).unwrap(),
                ..Resource::new(name.to_owned(), name.to_owned(), 0)
            });
        let audience: Vec<String> = audience
            .iter()
            .map(|&audience| audience.to_owned())
            .collect();
        assert_eq!(
            AccessTokenType::for_audience(&audience, &resources),
            expected
        );
    }

    #[rstest]
    #[case::default(&["a"], SigningAlg::Rs256)]
    #[case::set(&["b"], SigningAlg::Es256)]
    #[case::all_agree(&["b", "c"], SigningAlg::Es256)]
    #[case::mixed(&["a", "b"], SigningAlg::Rs256)]
    #[case::disagree(&["b", "e"], SigningAlg::Rs256)]
    #[case::unknown(&["d"], SigningAlg::Rs256)]
    #[case::beside_unknown(&["b", "d"], SigningAlg::Rs256)]
    #[case::none(&[], SigningAlg::Rs256)]
    fn algorithm_follows_resources_that_agree(
        #[case] audience: &[&str],
        #[case] expected: SigningAlg,
    ) {
        let resources = [
            ("a", SigningAlg::Rs256),
            ("b", SigningAlg::Es256),
            ("c", SigningAlg::Es256),
            ("e", SigningAlg::EdDsa),
        ];
        let resources = resources.map(|(name, token_signing_alg)| Resource {
            token_signing_alg,
            ..Resource::new(name.to_owned(), name.to_owned(), 0)
        });
        let audience: Vec<String> = audience.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(token_signing_alg(&audience, &resources), expected);
    }
}
