//! Misbehaviors of a provider.

/// A misbehavior of the provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misbehavior {
    /// Another `nonce`.
    Nonce,
    /// No `nonce`.
    NoNonce,
    /// Another `iss` in the ID token.
    Issuer,
    /// An ID token for another client.
    Audience,
    /// An ID token for two clients.
    TwoAudiences,
    /// An ID token with another `azp`.
    AuthorizedParty,
    /// An ID token that expired a minute ago.
    Expired,
    /// A signature by an unpublished key.
    ForeignKey,
    /// A signature with the client secret.
    SharedSecret,
    /// No signature.
    Unsigned,
    /// An `at_hash` of another access token.
    AccessTokenHash,
    NoIdToken,
    /// Another `iss` in the authorization response (RFC 9207).
    ResponseIssuer,
    /// No `iss` in the authorization response, although the metadata announce it.
    NoResponseIssuer,
    /// Another subject in the userinfo response.
    UserinfoSubject,
    /// A token response above the size limit.
    Huge,
    /// A token response after the timeout.
    Slow,
    /// A token endpoint that rejects the code.
    Refuses,
    /// An authorization that the user denies.
    Denies,
    /// A discovery document of another issuer.
    Discovery,
    /// An empty subject.
    NoSubject,
    /// An encrypted ID token.
    Encrypted,
    /// A signature of userinfo by an unpublished key.
    ForeignUserinfo,
    /// No page: the browser stays where it was.
    NoPage,
}
