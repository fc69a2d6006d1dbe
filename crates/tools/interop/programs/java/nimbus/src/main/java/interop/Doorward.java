package interop;

// guide:begin
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.net.URI;

/** Signs users in at Doorward. */
public class Doorward {
    /** What your application keeps in the user's session until the browser returns. */
    public record Pending(State state, Nonce nonce, CodeVerifier verifier) {}

    static final String BASE_URL = System.getenv("BASE_URL");
    static final URI CALLBACK = URI.create(BASE_URL + "/callback");
    static final ClientID CLIENT = new ClientID(System.getenv("CLIENT_ID"));

    final OIDCProviderMetadata provider;

    public Doorward() throws Exception {
        provider = OIDCProviderMetadata.resolve(new Issuer(System.getenv("ISSUER")));
    }

    /** Begins a sign-in. */
    public static Pending begin() {
        return new Pending(new State(), new Nonce(), new CodeVerifier());
    }

    /** Returns the address to redirect the browser to. */
    public URI address(Pending pending) {
        return new AuthenticationRequest.Builder(
                new ResponseType(ResponseType.Value.CODE), new Scope("openid", "profile", "email"), CLIENT, CALLBACK)
            .endpointURI(provider.getAuthorizationEndpointURI())
            .state(pending.state())
            .nonce(pending.nonce())
            .codeChallenge(pending.verifier(), CodeChallengeMethod.S256)
            .build()
            .toURI();
    }

    /** Exchanges the code in the absolute address of the callback, and checks the ID token. */
    public OIDCTokens finish(URI callback, Pending pending) throws Exception {
        var response = AuthenticationResponseParser.parse(callback);
        if (!pending.state().equals(response.getState())) {
            throw new IllegalStateException("state did not match");
        }
        if (!response.indicatesSuccess()) {
            throw new IllegalStateException(response.toErrorResponse().getErrorObject().toString());
        }
        AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
        var request = new TokenRequest(
            provider.getTokenEndpointURI(), authentication(),
            new AuthorizationCodeGrant(code, CALLBACK, pending.verifier()));
        var tokens = OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
        if (!tokens.indicatesSuccess()) {
            throw new IllegalStateException(tokens.toErrorResponse().getErrorObject().toString());
        }
        var granted = ((OIDCTokenResponse) tokens.toSuccessResponse()).getOIDCTokens();
        new IDTokenValidator(
                provider.getIssuer(), CLIENT, JWSAlgorithm.RS256, provider.getJWKSetURI().toURL())
            .validate(granted.getIDToken(), pending.nonce());
        return granted;
    }

    ClientAuthentication authentication() throws Exception {
        return new ClientSecretBasic(CLIENT, new Secret(System.getenv("CLIENT_SECRET")));
    }
}
// guide:end
